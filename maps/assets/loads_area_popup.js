/* What opens on a click on an area: verdicts, pipeline, chance, supply, contributors. */

const MOST_CONTRIBUTORS = 5;

function areaPopup(key) {
  const row = verdictOf(key);
  const area = areaByKey.get(key);
  return h("div", { class: "popup area" },
    area ? heading(area) : h("h3", null, areaName(key)),
    h("p", { class: "tags" }, verdictChip(row, { long: true, figure: false }), tag([fiscalYear(currentYear()), currentVintage(), formatWord("case", currentCase())].join(" · "))),
    figures(areaFigures(row)),
    basisLine(row),
    part(word("verdictTable"), verdictTable(key)),
    part(word("pipeline"), pipelineChart(key), stageKey(key), h("p", { class: "quiet" }, word("pipelineNote"))),
    chancePart(key, row),
    adequacyPart(key),
    contributorPart(key),
    row.source && part(word("sources"), sourceLines([row.source])));
}

function areaFigures(row) {
  const kind = verdictKind(row);
  const label = word(kind === "exceeds" ? "over" : kind === "unknown" ? "roomUnknown" : "room");
  return [
    [word("additions"), number(row.additions_mw), isKnown(row.additions_mw) && "MW"],
    [word("allowance"), allowanceText(row), allowanceText(row) !== UNKNOWN && "MW"],
    [label, distanceText(row), isKnown(distance(row)[0]) && "MW"],
  ];
}

function basisLine(row) {
  const energy = isKnown(row.over_gwh) && verdictKind(row) === "exceeds" && `${word("energyOver")} +${number(row.over_gwh)} GWh`;
  return h("p", { class: "basis" },
    h("span", null, `${word("counted")} ${megawatts(row.counted_mw)}`), energy && h("span", null, energy),
    row.basis && h("span", null, `${word("basis")}: ${formatWord("basis", row.basis)}`, mark(row.confidence)));
}

/** The verdict of the year in every vintage and case; a click chooses both. */
function verdictTable(key) {
  return h("table", { class: "verdicts" },
    h("thead", null, h("tr", null, h("td"), cases.map((count) => h("th", { scope: "col" }, formatWord("case", count))))),
    h("tbody", null, vintages.map((vintage, at) => h("tr", null, h("th", { scope: "row" }, vintage), cases.map((count, index) => verdictCell(verdictOf(key, { vintage, count }), at, index))))));
}

function verdictCell(row, vintage, index) {
  const kind = verdictKind(row);
  const chosen = vintage === state.vintage && index === state.case;
  const figure = (kind === "exceeds" || kind === "fits") && distanceText(row);
  return h("td", null, h("button", { type: "button", class: `verdict ${kind}`, "aria-pressed": String(chosen), click: () => chooseCell(vintage, index) },
    word(`verdict_${kind}`), figure && h("b", null, figure)));
}

/** The popup is built again on a change; the reader's place in the table stays. */
function chooseCell(vintage, index) {
  change({ vintage, case: index });
  find('.verdicts [aria-pressed="true"]').focus({ preventScroll: true });
}

function chancePart(key, row) {
  const draw = drawRows(key, currentYear())[0];
  const chance = chanceRows(key, currentYear(), currentVintage())[0];
  if (!draw || !isKnown(draw.p50_mw)) return null;
  return part(word("chance"),
    h("p", { class: "chance" }, h("b", null, percent(chance ? chance.exceed_share : null)), h("span", null, `P10–P90 ${number(draw.p10_mw)}–${number(draw.p90_mw)} MW`)),
    drawsBand(draw, row),
    h("p", { class: "quiet" }, `${number(summary.draw_count)}${word("drawsNote")}`));
}

function contributorPart(key) {
  const rows = contributorRows(key, currentVintage(), currentCase()).slice(0, MOST_CONTRIBUTORS);
  if (!rows.length) return null;
  return part(`${word("contributors")} ${fiscalYear(rows[0].fiscal_year)}`,
    h("ol", { class: "contributors" }, rows.map((row) => h("li", null,
      h("i", { class: "dot", style: { "--dot": stageColour(Math.max(0, STAGES.indexOf(row.stage))) } }),
      h("span", null, String(row.name || row.id)), h("b", null, number(row.mw), h("small", null, "MW"))))));
}
