/* Key figures, marks of what is made or changed, and the parts of the panel. */

const SWITCHED = ["cells", "sites", "routes", "points", "hubs"];
const VIEWS = ["sites", "weights", "rules", "layers"];

const hasContent = (name) => ({ cells: cellCount, sites: sites.length, routes: sites.length, points: gridPoints.length, hubs: hubs.length }[name] > 0);

/** What else a switched layer needs. */
function onSwitch(name, on) {
  if (name === "sites") (on ? map.addLayer : map.removeLayer).call(map, groups.campuses);
  if (name === "cells" && on) redrawCells();
  if (name === "points" && on) redrawPoints();
  drawLabels();
  drawInset();
}

let runOpen = null;
let measured = { open: 0, bins: [] };

/** Open land: the run's own figure, plus what the reader's rules open or close. [km2] */
function openKm2() {
  const own = summary.totals && summary.totals.open_km2;
  return isKnown(own) && runOpen !== null ? own + measured.open - runOpen : measured.open;
}

/** Land as [figure, unit]: 万km² for large areas in Japanese. */
function areaKpi(km2) {
  if (!isKnown(km2)) return [UNKNOWN, ""];
  const inMyriads = state.language === "ja" && km2 >= 99_950;
  const figure = inMyriads ? number(km2 / 10_000, 1) : number(km2);
  return [figure, inMyriads ? "万km²" : "km²"];
}

function drawKpis() {
  const totals = summary.totals || {};
  const open = isOwnRules() && isKnown(totals.open_km2) ? totals.open_km2 : openKm2();
  const out = isOwnRules() && isKnown(totals.excluded_km2) ? totals.excluded_km2 : totals.land_km2 - open;
  const share = (km2) => isKnown(totals.land_km2) && isKnown(km2) && percent(km2 / totals.land_km2);
  const changed = isOwnRules() ? "" : "changed";
  const entries = [
    ["land", areaKpi(totals.land_km2), "", ""],
    ["excluded", areaKpi(out), share(out), changed],
    ["open", areaKpi(open), share(open), changed],
    ["siteCount", [number(list(summary.sites).length), ""], "", ""],
  ];
  refill(find("#kpis"), entries.map(([key, [figure, unit], note, kind]) =>
    h("div", { class: `kpi ${kind}`, "data-kpi": key }, h("b", null, kind && h("small", null, word("approx")), figure, h("small", null, unit)), h("span", null, word(key), note && h("em", null, ` ${note}`)))));
}

/** The marks that no reader may miss: made data, other weights, other rules. */
function drawMarks() {
  find("#made").hidden = !summary.made;
  find("#made").textContent = word("madeData");
  const [weights, active] = [isOwnWeights(), isOwnRules()];
  find("#changed").hidden = weights && active;
  const text = !weights && !active ? "notOwn" : weights ? "notOwnRules" : "notOwnWeights";
  find("#changed-text").textContent = word(text);
  find("#back").textContent = word("back");
}

function drawUnknowns() {
  const shownNow = unknowns.slice(0, 3).map((row) => paired(row, "text"));
  const rest = unknowns.length - shownNow.length;
  find("#unknowns").hidden = unknowns.length === 0;
  refill(find("#unknowns"),
    h("h2", null, word("unknowns"), h("b", null, number(unknowns.length))),
    h("ul", null, shownNow.map((text) => h("li", null, text))),
    h("button", { type: "button", class: "link", click: () => find("#notes").showModal() }, rest > 0 ? `${word("more")} ${rest} · ${word("all")}` : word("all")));
}

function drawViews() {
  drawSegments(find("#views"), VIEWS.map((view) => word(`view_${view}`)), VIEWS.indexOf(state.view), (index) => change({ view: VIEWS[index] }));
  for (const view of VIEWS) find(`#view-${view}`).hidden = state.view !== view;
}

find("#back").addEventListener("click", () => {
  change({ factors: RUN_FACTORS, active: RUN_RULES });
  find("#views [aria-checked=true]").focus({ preventScroll: true });
});

observe((changed) => {
  if (changed.has("factors") || changed.has("active")) measured = measureOpen();
  if (runOpen === null) runOpen = runOpenKm2();
  if (["language", "factors", "active"].some((choice) => changed.has(choice))) {
    drawKpis();
    drawMarks();
  }
  if (changed.has("language") || changed.has("view")) drawViews();
  if (!changed.has("language")) return;
  drawTitle();
  drawUnknowns();
  drawLayerSwitches();
  drawLayerTable();
});

/** Open land of the run as these cells show it. [km2] */
function runOpenKm2() {
  const bits = masks(RUN_RULES);
  let open = 0;
  for (let cell = 0; cell < cellCount; cell += 1) if (!isOut(cell, bits)) open += cellKm2[cellRow[cell]];
  return open;
}

/** Whose data the map shows, and under which terms. */
function drawLayerTable() {
  refill(find("#layer-list"), list(summary.layers).map((layer) => h("li", { class: layer.kind === "missing" ? "absent-layer" : "" },
    h("b", null, layerTitle(layer.layer)), layerMark(layer),
    h("span", null, [paired(layer, "credit"), layer.licence, layer.as_of].filter(Boolean).join(" · ")))));
}

/** How far to trust a layer; one that is not there says so. */
const layerMark = (layer) => (layer.kind === "missing" ? h("span", { class: "mark weak" }, word("missing")) : mark(layer.confidence, confidenceWord(layer.confidence)));
const confidenceWord = (key) => (Object.hasOwn(WORDS, `confidence_${key}`) ? word(`confidence_${key}`) : markLabel(key));
