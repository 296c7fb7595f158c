/* The list of sites: ranking, search and the way in for keyboard and screen reader. */

function matches(row) {
  const asked = find("#search").value.trim().toLowerCase();
  return [row.name_ja, row.name_en, prefectureName(row.prefecture)].some((text) => String(text || "").toLowerCase().includes(asked));
}

function ranked() {
  const start = (site) => (isKnown(site.start_fiscal_year) ? site.start_fiscal_year : Infinity);
  return [...currentRun().sites].sort((one, other) => (contractMw(other) || 0) - (contractMw(one) || 0) || start(one) - start(other));
}

function siteLine(site, index) {
  const online = contractMw(site) > 0;
  const dot = h("i", { class: online ? "dot" : "dot hollow", style: { "--dot": startColour(site) } });
  const text = online ? [number(contractMw(site)), h("small", null, "MW")] : h("small", null, `${fiscalYear(site.start_fiscal_year)}–`);
  return listLine(site, h("span", { class: "rank" }, index + 1), dot, h("span", { class: "name" }, nameOf(site)), h("span", { class: "figure" }, text));
}

function candidateLine(candidate) {
  return listLine(candidate, h("span"), h("i", { class: "dot hollow", style: { "--dot": colour("candidate") } }),
    h("span", { class: "name" }, nameOf(candidate)), h("span", { class: "figure" }, candidate.status === "excluded" && h("small", null, word("excludedLegend"))));
}

function listLine(row, ...cells) {
  return h("li", null, h("button", {
    type: "button", "data-site": row.site, click: () => goTo(row.site),
    mouseenter: () => highlight(row.site, true), mouseleave: () => highlight(row.site, false),
  }, cells));
}

/** Bring a site into view and open it; its layer is switched on if need be. */
function goTo(key) {
  const marker = markerByKey.get(key);
  if (!marker) return;
  const name = marker.row.status ? "candidates" : "sites";
  if (!map.hasLayer(groups[name])) {
    showLayer(name, true);
    drawLayerSwitches();
  }
  showPanel(false);
  map.setView(marker.getLatLng(), Math.max(map.getZoom(), 7.5), { animate: false });
  marker.openDetails();
}

function drawRanking() {
  const sites = ranked().map((site, index) => [site, index]).filter(([site]) => matches(site));
  const others = currentRun().candidates.filter(matches);
  const empty = currentRun().sites.length ? word("noMatch") : word("noSites");
  refill(find("#ranking"), sites.length ? sites.map(([site, index]) => siteLine(site, index)) : h("li", { class: "quiet" }, empty));
  find("#others").hidden = others.length === 0;
  find("#others-head").textContent = `${word("candidates")} (${others.length})`;
  refill(find("#others-list"), others.map(candidateLine));
}

find("#search").addEventListener("input", () => {
  find("#others").open = find("#search").value.trim() !== "";
  drawRanking();
});
observe((changed) => !(changed.size === 1 && changed.has("theme")) && drawRanking());
