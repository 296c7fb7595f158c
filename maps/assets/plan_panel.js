/* Key figures, scenario switch and layers of the plan map. */

const SWITCHED = ["sites", "candidates", "zones", "network", "ties", "margins"];

/** Names of the two runs: their variants if the titles agree. */
function runLabel(index) {
  const sameTitle = new Set(runs.map((run) => titleOf(run.summary))).size === 1;
  return sameTitle ? String(runs[index].summary.variant || word("basePlan")) : titleOf(runs[index].summary);
}

function drawRuns() {
  const box = find("#runs");
  box.hidden = runs.length < 2;
  if (box.hidden) return;
  drawSegments(box, runs.map((_, index) => [h("b", null, "AB"[index]), runLabel(index)]), state.run, (run) => change({ run }));
}

function kpiEntries(kpi) {
  return [
    [word("contractPower"), ...power(kpi.contract_mw), "contract_mw", power],
    [word("sitesOnline"), number(kpi.sites), state.language === "ja" && isKnown(kpi.sites) ? "か所" : "", "sites", (count) => [number(count), ""]],
    [word("emissions"), number(kpi.co2_kt), isKnown(kpi.co2_kt) ? "kt" : "", "co2_kt", (kt) => [number(kt), "kt"]],
    [`${word("yearlyCost")}`, ...money(kpi.cost_myen), "cost_myen", money],
  ];
}

function drawKpis() {
  const kpi = kpiOf(currentRun(), currentYear());
  const other = runs.length > 1 ? kpiOf(runs[1 - state.run], currentYear()) : null;
  refill(find("#kpis"), kpiEntries(kpi).map(([label, figure, unit, key, format]) =>
    h("div", { class: "kpi", "data-kpi": key },
      h("b", null, figure, h("small", null, unit)),
      h("span", null, label, key === "co2_kt" && isKnown(kpi.intensity_t_per_mwh) && h("em", null, ` ${number(kpi.intensity_t_per_mwh, 3)} t/MWh`)),
      other && difference(kpi[key], other[key], format))).concat(wholeCost()));
}

/** Net present cost of the whole plan: a single year's cost says little about which run is cheaper. */
function wholeCost() {
  const cost = currentRun().summary.net_present_cost;
  if (!cost || !isKnown(cost.myen)) return [];
  const there = runs.length > 1 ? runs[1 - state.run].summary.net_present_cost : null;
  return [h("p", { class: "whole-cost" },
    `${word("wholeCost")} ${money(cost.myen).join(" ")}`,
    isKnown(cost.gap_share) && ` (${word("provenWithin")} ${percent(cost.gap_share, 1)})`,
    there && difference(cost.myen, there.myen, money))];
}

/** What changes against the other run. */
function difference(here, there, format) {
  if (!isKnown(here) || !isKnown(there)) return null;
  const [figure, unit] = format(Math.abs(here - there));
  const sign = here === there ? "±" : here > there ? "+" : "−";
  return h("span", { class: "delta" }, `${word("against")} ${"AB"[1 - state.run]}: ${sign}${figure} ${unit}`);
}

/* What a layer shows of a run; scripts of further layers add theirs. */
const LAYER_ROWS = {
  sites: (run) => run.sites,
  candidates: (run) => run.candidates,
  zones: (run) => run.zones,
  network: (run) => run.corridors,
  ties: (run) => run.ties,
  margins: (run) => (pageData.areas.length > 0 ? list(run.summary.areas) : []),
};

const hasContent = (name) => LAYER_ROWS[name](currentRun()).length > 0;

/** What else a switched layer needs. */
function onSwitch(name, on) {
  if (on && name === "ties") drawnTies.forEach(updateTie);
  if (on && name === "sites") updateSites();
  if (name === "sites" || name === "margins") drawLabels();
  if (name === "margins") drawInset();
}

observe((changed) => {
  drawKpis();
  if (changed.has("language") || changed.has("run")) {
    drawTitle();
    drawRuns();
    drawLayerSwitches();
  }
});
