/* Supply areas: prefectures coloured by their area's room in the forecast, one chip an area. */

addHatch("unknown-hatch", colour("nodata-line"), colour("nodata"), { opacity: 1, step: 7, width: 1.4 });

const headroomPaint = paintOf("headroom");
const headroomLayer = L.geoJSON(pageData.prefectures, {
  pane: "headroom", renderer: headroomPaint,
  style: { stroke: false, fillOpacity: 1 },
  onEachFeature: (feature, layer) => layer.on("add", () => { layer.getElement().dataset.area = feature.properties.area; }),
}).addTo(groups.headroom);
const chips = areaChips(groups.headroom, "chips");

/* Steps in pixels that lead a chip out to sea, so that it never comes to lie on another area. */
const SEAWARD = new Map(Object.entries({
  hokkaido: [[70, 60], [110, 0]], tohoku: [[100, -10], [-100, -20]], tokyo: [[112, 6], [100, 60]], chubu: [[14, 74], [30, 100]], hokuriku: [[-90, -28], [-60, -60]],
  kansai: [[20, 74], [-10, 96]], chugoku: [[-50, -46], [-90, -50]], shikoku: [[30, 54], [50, 80]], kyushu: [[-100, 20], [-90, 60], [90, 50], [100, 96]],
}));
for (const chip of chips) {
  chip.moves = [...CHIP_MOVES.slice(0, 3), ...(SEAWARD.get(chip.area.area) || []), ...CHIP_MOVES.slice(3)];
  chip.leader = h("i", { class: "leader" });
  const icon = L.divIcon({ className: "", iconSize: [0, 0], html: chip.leader });
  L.marker(chip.marker.getLatLng(), { pane: "borders", interactive: false, keyboard: false, icon }).addTo(groups.headroom);
}

/* Where the popup of what is no single area opens: at sea. */
const AT_SEA = new Map([["japan", [38.9, 134.6]], ["rest-of-japan", [37.9, 134.4]]]);

function openArea(key, place) {
  const area = areaByKey.get(key);
  const at = place || (area ? L.latLng(area.lat, area.lon) : AT_SEA.has(key) && L.latLng(AT_SEA.get(key)));
  if (!at) return;
  const opener = document.activeElement;
  openPopup(at, () => areaPopup(key), { getElement: () => opener });
}

/** Bring an area into view and open it. */
function goToArea(key) {
  showPanel(false);
  if (key === "okinawa") goToOkinawa();
  else if (!boundsByArea.has(key)) goHome();
  else map.fitBounds(boundsByArea.get(key), { ...viewPadding(), maxZoom: 7.5 });
  openArea(key);
}

const boundsByArea = new Map();
headroomLayer.eachLayer((layer) => {
  const { area } = layer.feature.properties;
  boundsByArea.set(area, L.latLngBounds(layer.getBounds()).extend(boundsByArea.get(area) || layer.getBounds()));
});
if (boundsByArea.has("tokyo")) boundsByArea.set("tokyo", L.latLngBounds([34.8, 138.2], [37.2, 141])); // without the far islands

/* The land itself answers nothing here; the coloured areas on it do. */
function onLand() {}

function areaHint(key) {
  const row = verdictOf(key);
  return h("span", null, h("b", null, areaName(key)), " ", verdictChip(row), ` ${word("additions")} ${megawatts(row.additions_mw)}`);
}

/** Lines between areas: edges that two prefectures of different areas share. */
function areaBorders() {
  const seen = new Map();
  const borders = [];
  for (const { properties, geometry } of prefectures) {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const ring of polygons.flat()) {
      for (let at = 1; at < ring.length; at += 1) {
        const edge = [ring[at - 1], ring[at]].map(String).sort().join("|");
        if (seen.has(edge) && seen.get(edge) !== properties.area) borders.push([ring[at - 1], ring[at]].map(([lon, lat]) => [lat, lon]));
        seen.set(edge, properties.area);
      }
    }
  }
  return borders;
}

function drawAreas() {
  headroomLayer.setStyle((feature) => ({ fillColor: areaFill(verdictOf(feature.properties.area)) }));
  for (const chip of chips) {
    const row = verdictOf(chip.area.area);
    chip.figure.dataset.area = chip.area.area;
    refill(chip.figure, h("span", null, nameOf(chip.area)), verdictChip(row));
  }
}

L.polyline(areaBorders(), { pane: "borders", renderer: borderPaint, interactive: false, color: colour("area-border"), weight: 1.6 }).addTo(groups.borders);
observe((changed) => ["yearIndex", "vintage", "case", "language"].some((choice) => changed.has(choice)) && drawAreas());
