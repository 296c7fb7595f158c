/* Sites as numbered circles. A number that finds no room becomes a dot; the better rank stays. */

const MOST_PINS = 500;
const pinByKey = new Map();

/* From afar only the best are numbered: a lonely bad site must not stand out like a good one. */
const mostNumbered = () => (map.getZoom() < 6.5 ? 20 : map.getZoom() < 8 ? 60 : MOST_PINS);

const pinSize = (rank) => (rank < 10 ? 20 : rank < 100 ? 22 : 27);

function makePin({ site }) {
  const sign = h("span", { class: "pin" });
  const marker = L.marker([site.lat, site.lon], { pane: "sites", keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: sign }) });
  const open = () => openSite(site.site);
  marker.bindTooltip(() => siteHint(site.site), { className: "hint", direction: "top", offset: [0, -12] });
  marker.on("click", open).on("mouseover", () => highlight(site.site, true)).on("mouseout", () => highlight(site.site, false));
  marker.on("add", () => {
    makeOpenable(marker.getElement(), open);
    marker.getElement().dataset.site = site.site;
  });
  return { sign, marker };
}

function siteHint(key) {
  const row = placeByKey.get(key);
  return h("span", null, h("b", null, `${row.rank} ${nameOf(row.site)}`), ` ${word("score")} ${scoreText(row.score)}`, row.out && ` · ${word("nowExcluded")}`);
}

function openSite(key) {
  const { site } = placeByKey.get(key);
  const pin = pinByKey.get(key);
  const opener = document.activeElement;
  openPopup(L.latLng(site.lat, site.lon), () => sitePopup(key), { getElement: () => (opener && opener !== document.body ? opener : pin && pin.marker.getElement()), getRadius: () => 14 });
}

/** Bring a site into view and open it; its layer is switched on if need be. */
function goToSite(key) {
  const row = placeByKey.get(key);
  if (!row) return;
  if (!map.hasLayer(groups.sites)) {
    showLayer("sites", true);
    drawLayerSwitches();
  }
  showPanel(false);
  map.setView([row.site.lat, row.site.lon], Math.max(map.getZoom(), 9.5), { animate: false });
  openSite(key);
}

/** Pins of the current first sites; those that stay are moved nowhere, only numbered anew. */
function placePins() {
  const kept = new Set(ranking.slice(0, MOST_PINS).map((row) => row.site.site));
  for (const [key, { marker }] of pinByKey) if (!kept.has(key)) pinByKey.delete(key) && groups.sites.removeLayer(marker);
  for (const row of ranking.slice(0, MOST_PINS)) {
    const key = row.site.site;
    if (!pinByKey.has(key)) {
      pinByKey.set(key, makePin(row));
      groups.sites.addLayer(pinByKey.get(key).marker);
    }
  }
  numberPins();
}

/** Numbers where there is room, by rank; the rest are dots. */
function numberPins() {
  const taken = [];
  const most = mostNumbered();
  for (const row of ranking.slice(0, MOST_PINS)) {
    const { sign, marker } = pinByKey.get(row.site.site);
    const box = boxAround(map.latLngToContainerPoint(marker.getLatLng()), pinSize(row.rank) / 2 - 1);
    const numbered = row.rank <= most && !taken.some((other) => overlaps(box, other));
    if (numbered) taken.push(box);
    sign.className = ["pin", numbered ? "numbered" : "dotted", isFirm(row.site) ? "firm" : "soft", row.out ? "out" : ""].filter(Boolean).join(" ");
    sign.style.setProperty("--size", `${numbered ? pinSize(row.rank) : most < MOST_PINS ? 6 : 8}px`);
    sign.textContent = numbered ? row.rank : "";
    marker.setZIndexOffset((numbered ? 2e6 : 0) - 2000 * row.rank); // more than a latitude can add
    const element = marker.getElement();
    if (element) element.setAttribute("aria-label", `${row.rank} ${nameOf(row.site)} ${word("score")} ${scoreText(row.score)}`);
  }
}

/** Tie a pin and its line in the list together. */
function highlight(key, on) {
  const pin = pinByKey.get(key);
  if (pin) pin.sign.classList.toggle("lit", on);
  for (const line of document.querySelectorAll("#ranking button")) if (line.dataset.site === key) line.classList.toggle("lit", on);
}

map.on("zoomend", numberPins);
map.on("layeradd", ({ layer }) => layer === groups.sites && numberPins());
observe((changed) => {
  if (changed.has("factors") || changed.has("active")) placePins();
  else if (changed.has("language")) numberPins();
});
