/* Sea, land and prefectures: the ground everything stands on. */

const prefectures = pageData.prefectures.features;
const prefectureByCode = new Map(prefectures.map((feature) => [String(feature.properties.code), feature.properties]));

/** A prefecture's name from its code, or the text as it is. */
function prefectureName(prefecture) {
  const known = prefectureByCode.get(String(prefecture));
  return known ? nameOf(known) : String(prefecture || "");
}

const paintOf = (pane) => L.svg({ pane, padding: 0.5 });

function drawGraticule() {
  const lines = [];
  for (let lat = 20; lat <= 50; lat += 5) lines.push([[lat, 110], [lat, 165]]);
  for (let lon = 110; lon <= 165; lon += 5) lines.push([[15, lon], [55, lon]]);
  L.polyline(lines, { pane: "sea", renderer: seaPaint, interactive: false, className: "graticule", weight: 1 }).addTo(groups.sea);
}

/** Shallow water: two soft bands along the coast lift the land off the sea. */
function drawShoals() {
  for (const [weight, opacity] of [[20, 0.4], [9, 0.75]]) {
    L.geoJSON(pageData.prefectures, {
      pane: "sea", renderer: seaPaint, interactive: false, smoothFactor: 3,
      style: { weight, opacity, fill: false, color: colour("shoal"), lineJoin: "round" },
    }).addTo(groups.sea);
  }
}

/* The coast is drawn under the land, which hides the inner half and all inner borders. */
function drawCoast() {
  L.geoJSON(pageData.prefectures, {
    pane: "sea", renderer: seaPaint, interactive: false,
    style: { color: colour("coast"), weight: 2, fill: false, lineJoin: "round" },
  }).addTo(groups.sea);
}

function drawLand() {
  L.geoJSON(pageData.prefectures, {
    pane: "land", renderer: landPaint,
    style: { stroke: false, fillColor: colour("land"), fillOpacity: 1 },
    onEachFeature: (feature, layer) => layer
      .bindTooltip(() => h("b", null, nameOf(feature.properties)), { className: "hint", sticky: true })
      .on("click", () => onLand(feature.properties.area)),
  }).addTo(groups.land);
}

/* Inner borders lie over the colours of areas. */
function drawBorders() {
  L.geoJSON(pageData.prefectures, {
    pane: "borders", renderer: borderPaint, interactive: false,
    style: { color: colour("border"), weight: 0.8, fill: false },
  }).addTo(groups.borders);
}

const seaPaint = paintOf("sea");
const landPaint = paintOf("land");
const borderPaint = paintOf("borders");
drawGraticule();
drawShoals();
drawCoast();
drawLand();
drawBorders();
