/* Key figures of Japan, the choices, and the layers of the forecast check's map. */

const SWITCHED = ["headroom", "points"];

function kpiEntries(row) {
  const kind = verdictKind(row);
  const label = kind === "exceeds" ? "over" : kind === "unknown" ? "roomUnknown" : "room";
  const [least, most] = distance(row);
  return [
    ["additions_mw", word("additions"), power(row.additions_mw)],
    ["counted_mw", word("counted"), power(row.counted_mw)],
    ["allowance_mw", word("allowance"), isKnown(row.allowance_mw) ? power(row.allowance_mw) : powerRange(row.allowance_low_mw, row.allowance_high_mw)],
    ["over_mw", word(label), powerRange(least, most), kind],
  ];
}

/** A range of power as [figure, unit]; one figure where both ends agree. */
function powerRange(low, high) {
  if (!isKnown(low) || !isKnown(high) || low === high) return power(isKnown(low) ? low : high);
  const inGigawatts = high >= 1000;
  const text = (mw) => (inGigawatts ? number(mw / 1000, 1) : number(mw));
  if (text(low) === text(high)) return power((low + high) / 2);
  return [`${text(low)}–${text(high)}`, inGigawatts ? "GW" : "MW"];
}

function drawKpis() {
  const row = verdictOf("japan");
  refill(find("#kpis"), kpiEntries(row).map(([key, label, [figure, unit], kind]) =>
    h("div", { class: `kpi ${kind || ""}`, "data-kpi": key }, h("b", null, figure, h("small", null, unit)), h("span", null, label))),
  h("p", { class: "country" }, h("span", null, `${word("japan")} ${fiscalYear(currentYear())}`), verdictChip(row, { figure: false, long: true })));
}

function drawChoices() {
  drawSegments(find("#vintages"), vintages, state.vintage, (vintage) => change({ vintage }));
  drawSegments(find("#cases"), cases.map((key) => formatWord("case", key)), state.case, (index) => change({ case: index }));
}

const hasContent = (name) => (name === "points" ? pointCount > 0 : areaKeys.length > 0);

/** What else a switched layer needs. */
function onSwitch(name, on) {
  if (name === "points" && on) redrawPoints();
  if (name === "points") hint.remove();
  drawLabels();
  drawInset();
}

observe((changed) => {
  drawKpis();
  if (changed.has("language")) drawLayerSwitches();
  if (!(changed.size === 1 && (changed.has("theme") || changed.has("yearIndex")))) {
    drawTitle();
    drawChoices();
  }
});
