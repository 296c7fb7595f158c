/* Okinawa lies far off the national view: its main island in a small map, which leads to all of it. */

const INSET = { west: 126.65, east: 128.45, south: 25.95, north: 26.98, width: 148 };
const OKINAWA = [[24.0, 122.8], [27.1, 128.5]];
const mercator = (lat) => (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;
const insetScale = INSET.width / (INSET.east - INSET.west);
const insetHeight = Math.round((mercator(INSET.north) - mercator(INSET.south)) * insetScale);
const insetPoint = (lat, lon) => [(lon - INSET.west) * insetScale, (mercator(INSET.north) - mercator(lat)) * insetScale];
const okinawa = prefectures.filter((feature) => feature.properties.area === "okinawa");

function ringPath(ring) {
  return `M${ring.map(([lon, lat]) => insetPoint(lat, lon).map((each) => each.toFixed(1)).join(" ")).join("L")}Z`;
}

function landPath(feature) {
  const { type, coordinates } = feature.geometry;
  return (type === "Polygon" ? [coordinates] : coordinates).flat().map(ringPath).join("");
}

function drawInset() {
  const box = find("#inset");
  box.hidden = okinawa.length === 0;
  if (box.hidden) return;
  refill(
    box,
    s("svg", { width: INSET.width, height: insetHeight, viewBox: `0 0 ${INSET.width} ${insetHeight}`, "aria-hidden": "true" },
      s("path", { d: okinawa.map(landPath).join(""), fill: okinawaFill(), stroke: colour("coast"), "stroke-width": 1, "stroke-linejoin": "round" }),
      okinawaMarks()),
    h("span", null, word("okinawa")),
  );
}

function goToOkinawa() {
  map.fitBounds(OKINAWA, viewPadding());
}

find("#inset").addEventListener("click", goToOkinawa);
observe(drawInset);
