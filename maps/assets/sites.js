/* Chosen sites and the candidates that were not chosen. */

const sitePaint = paintOf("sites");
const candidatePaint = paintOf("candidates");
const markerByKey = new Map();

function drawSites() {
  groups.sites.clearLayers();
  groups.candidates.clearLayers();
  markerByKey.clear();
  currentRun().candidates.forEach(addCandidate);
  const largest = (site) => Math.max(0, ...years.map((year) => contractMw(site, year) || 0));
  [...currentRun().sites].filter(hasPlace).sort((one, other) => largest(other) - largest(one)).forEach(addSite);
}

function addSite(site) {
  const marker = L.circleMarker([site.lat, site.lon], { pane: "sites", renderer: sitePaint, radius: 3, className: "site" });
  marker.bindTooltip(() => siteHint(site), { className: "hint", direction: "top" });
  register(marker, site, () => sitePopup(site), groups.sites);
}

function addCandidate(candidate) {
  const excluded = candidate.status === "excluded";
  const marker = L.circleMarker([candidate.lat, candidate.lon], {
    pane: "candidates", renderer: candidatePaint, radius: 3.2, weight: 1.4, color: colour("candidate"), fillColor: colour("hollow"),
    fillOpacity: 0.9, dashArray: excluded ? "1.6 1.8" : null, className: "candidate",
  });
  marker.bindTooltip(() => h("span", null, h("b", null, nameOf(candidate)), ` ${word(`status_${candidate.status}`)}`), { className: "hint", direction: "top" });
  register(marker, candidate, () => candidatePopup(candidate), groups.candidates);
}

function register(marker, row, content, group) {
  const open = () => openPopup(marker.getLatLng(), content, marker);
  marker.row = row;
  marker.openDetails = open;
  marker.on("click", open).on("mouseover", () => highlight(row.site, true)).on("mouseout", () => highlight(row.site, false));
  marker.on("add", () => {
    const element = marker.getElement();
    makeOpenable(element, open);
    element.dataset.site = row.site;
    describe(marker);
  });
  markerByKey.set(row.site, marker);
  group.addLayer(marker);
}

function siteHint(site) {
  return h("span", null, h("b", null, nameOf(site)), ` ${megawatts(contractMw(site))}`);
}

function describe(marker) {
  const row = marker.row;
  const text = row.status ? word(`status_${row.status}`) : megawatts(contractMw(row));
  const element = marker.getElement();
  if (element) element.setAttribute("aria-label", `${nameOf(row)} ${text}`);
}

/** Show the current year: size by contract MW; a site not yet online is a ring in its colour. */
function updateSites() {
  groups.sites.eachLayer((marker) => {
    const mw = contractMw(marker.row);
    const online = mw > 0;
    marker.setRadius(siteRadius(mw));
    marker.setStyle({
      fillColor: online ? startColour(marker.row) : colour("hollow"), fillOpacity: online ? 0.94 : 0.9,
      color: online ? ringColour(marker.row) : waitingColour(marker.row), weight: online ? 1.4 : 2,
    });
    describe(marker);
  });
  groups.candidates.eachLayer(describe);
}

/** Tie a marker and its line in the list together. */
function highlight(key, on) {
  const marker = markerByKey.get(key);
  if (marker && marker.getElement()) marker.getElement().classList.toggle("lit", on);
  for (const line of document.querySelectorAll("#ranking button, #others-list button")) {
    if (line.dataset.site === key) line.classList.toggle("lit", on);
  }
}

map.on("zoomend", updateSites);
observe((changed) => {
  if (changed.has("run")) {
    map.closePopup();
    drawSites();
  }
  updateSites();
  if (!changed.has("run")) refreshPopup();
});
