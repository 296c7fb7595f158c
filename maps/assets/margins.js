/* Reserve margin of each supply area: prefectures coloured by their area, one chip an area. */

const marginPaint = paintOf("margins");
const marginLayer = L.geoJSON(plan.prefectures, {
  pane: "margins", renderer: marginPaint,
  style: { stroke: false, fillOpacity: 0.92 },
  onEachFeature: (feature, layer) => layer
    .bindTooltip(() => areaHint(feature.properties), { className: "hint", sticky: true })
    .on("click", (event) => openArea(feature.properties.area, event.latlng)),
}).addTo(groups.margins);

const chips = plan.areas.filter(hasPlace).map((area) => {
  const figure = h("span", { class: "area-chip" });
  const marker = L.marker([area.lat, area.lon], {
    pane: "sites", keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: figure }),
  }).on("click", () => openArea(area.area));
  marker.on("add", () => makeOpenable(marker.getElement(), () => openArea(area.area)));
  return { area, figure, marker: marker.addTo(groups.margins) };
});

/* Steps in pixels by which a chip may give way to a site, nearest first. */
const CHIP_MOVES = [[0, 0], [0, -24], [0, 24], [48, 0], [-48, 0], [60, -28], [-60, -28], [60, 28], [-60, 28], [100, 0], [-100, 0], [0, -60], [0, 60]];

/** Move the chips clear of the boxes in `taken` and of each other; returns the chips' own boxes. */
function placeChips(taken) {
  const boxes = [];
  for (const chip of chips) {
    const point = map.latLngToContainerPoint(chip.marker.getLatLng());
    const [halfWidth, halfHeight] = [chip.figure.offsetWidth / 2 + 2, chip.figure.offsetHeight / 2 + 2];
    const boxAt = ([x, y]) => [point.x + x - halfWidth, point.y + y - halfHeight, point.x + x + halfWidth, point.y + y + halfHeight];
    const free = (move) => ![...taken, ...boxes].some((other) => overlaps(boxAt(move), other));
    const move = CHIP_MOVES.find(free) || [0, 0];
    chip.figure.style.left = `${move[0]}px`;
    chip.figure.style.top = `${move[1]}px`;
    boxes.push(boxAt(move));
  }
  return boxes;
}

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

function drawMargins() {
  const rows = new Map(plan.areas.map((area) => [area.area, marginOf(area.area)]));
  marginLayer.setStyle((feature) => ({ fillColor: marginColour(rows.get(feature.properties.area)) }));
  for (const chip of chips) {
    const row = rows.get(chip.area.area);
    chip.figure.classList.toggle("over", Boolean(isTight(row)));
    refill(chip.figure, h("span", null, nameOf(chip.area)), h("b", null, row ? percent(row.margin_share, 1) : UNKNOWN));
  }
}

observe((changed) => (changed.has("yearIndex") || changed.has("run") || changed.has("language")) && drawMargins());
