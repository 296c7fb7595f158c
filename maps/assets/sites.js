/* Chosen sites and the candidates that were not chosen. */

const sitePaint = paintOf("sites");
const candidatePaint = paintOf("candidates");
const markerByKey = new Map();

const onMapSides = () => (innerWidth > 720 ? { left: 368, top: 20, right: 70, bottom: 110 } : { left: 10, top: 92, right: 10, bottom: 130 });

/** Open a popup at a place; `content` is called again when year or language changes. */
function openPopup(place, content, marker = null) {
  const sides = onMapSides();
  const popup = L.popup({
    minWidth: 304, maxWidth: 304, closeButton: false,
    maxHeight: Math.max(220, Math.min(560, innerHeight - sides.top - sides.bottom - 40)),
    autoPanPaddingTopLeft: [sides.left, sides.top], autoPanPaddingBottomRight: [sides.right, sides.bottom],
    offset: [0, marker && marker.getRadius ? -Math.min(18, marker.getRadius() - 4) : 0],
  });
  popup.rebuild = content;
  popup.openedBy = marker && marker.getElement ? marker.getElement() : null;
  popup.setLatLng(place).setContent(popupFrame(content())).openOn(map);
  const close = popup.getElement().querySelector(".popup-close");
  close.focus({ preventScroll: true });
}

function popupFrame(content) {
  const cross = s("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, s("path", { d: "M3 3l10 10M13 3L3 13" }));
  return h("div", { role: "dialog", "aria-label": word("panel") }, h("button", { type: "button", class: "popup-close", "aria-label": word("close"), click: () => map.closePopup() }, cross), content);
}

function refreshPopup() {
  const popup = map._popup;
  if (popup && popup.isOpen() && popup.rebuild) popup.setContent(popupFrame(popup.rebuild()));
}

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
map.on("popupopen popupclose", ({ type }) => document.body.classList.toggle("reading", type === "popupopen"));
map.on("popupclose", ({ popup }) => popup.openedBy && popup.openedBy.isConnected && popup.openedBy.focus({ preventScroll: true }));
document.addEventListener("keydown", (event) => event.key === "Escape" && !find("#notes").open && map.closePopup());
observe((changed) => {
  if (changed.has("run")) {
    map.closePopup();
    drawSites();
  }
  updateSites();
  if (!changed.has("run")) refreshPopup();
});
