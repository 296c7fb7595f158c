/* Reserve margin of each supply area: prefectures coloured by their area, one chip an area. */

const marginPaint = paintOf("margins");
const marginLayer = L.geoJSON(pageData.prefectures, {
  pane: "margins", renderer: marginPaint,
  style: { stroke: false, fillOpacity: 0.92 },
  onEachFeature: (feature, layer) => layer
    .bindTooltip(() => areaHint(feature.properties), { className: "hint", sticky: true })
    .on("click", (event) => openArea(feature.properties.area, event.latlng)),
}).addTo(groups.margins);

const chips = areaChips(groups.margins, "sites");

function areaHint(prefecture) {
  const area = areaByKey.get(prefecture.area);
  const row = marginOf(prefecture.area);
  return h("span", null, h("b", null, area ? nameOf(area) : nameOf(prefecture)), ` ${row ? percent(row.margin_share, 1) : UNKNOWN}`);
}

function openArea(key, place) {
  const area = areaByKey.get(key);
  if (!area) return;
  openPopup(place || L.latLng(area.lat, area.lon), () => areaPopup(area));
}

/** The land answers for the areas only while their colours are shown. */
function onLand(area) {
  if (groups.margins._map) openArea(area);
}

function drawMargins() {
  const rows = new Map(pageData.areas.map((area) => [area.area, marginOf(area.area)]));
  marginLayer.setStyle((feature) => ({ fillColor: marginColour(rows.get(feature.properties.area)) }));
  for (const chip of chips) {
    const row = rows.get(chip.area.area);
    chip.figure.classList.toggle("over", Boolean(isTight(row)));
    refill(chip.figure, h("span", null, nameOf(chip.area)), h("b", null, row ? percent(row.margin_share, 1) : UNKNOWN));
  }
}

observe((changed) => (changed.has("yearIndex") || changed.has("run") || changed.has("language")) && drawMargins());
