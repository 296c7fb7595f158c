/* Names on the map: the largest sites first, each where there is room. */

const LABEL_FONT = "600 11.5px Inter, 'Segoe UI', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans CJK JP', sans-serif";
const ruler = document.createElement("canvas").getContext("2d");
const LABEL_HEIGHT = 15;

const overlaps = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

const boxAround = (point, radius) => [point.x - radius, point.y - radius, point.x + radius, point.y + radius];

/** Places to try around a circle, as [direction, box]. */
function labelPlaces(point, radius, width) {
  const gap = radius + 4;
  const half = LABEL_HEIGHT / 2;
  return [
    ["right", [point.x + gap, point.y - half, point.x + gap + width, point.y + half]],
    ["left", [point.x - gap - width, point.y - half, point.x - gap, point.y + half]],
    ["top", [point.x - width / 2, point.y - gap - LABEL_HEIGHT, point.x + width / 2, point.y - gap]],
    ["bottom", [point.x - width / 2, point.y + gap, point.x + width / 2, point.y + gap + LABEL_HEIGHT]],
  ];
}

function onlineSites() {
  return currentRun().sites
    .filter((site) => hasPlace(site) && contractMw(site) > 0)
    .sort((one, other) => contractMw(other) - contractMw(one));
}

function drawLabels() {
  groups.labels.clearLayers();
  const sites = !map.hasLayer(groups.sites) ? [] : onlineSites().map((site) => ({ site, point: map.latLngToContainerPoint([site.lat, site.lon]), radius: siteRadius(contractMw(site)) }));
  const taken = sites.filter(({ radius }) => radius > 4).map(({ point, radius }) => boxAround(point, radius));
  if (map.hasLayer(groups.zones)) groups.zones.eachLayer((marker) => taken.push(boxAround(map.latLngToContainerPoint(marker.getLatLng()), Math.min(14, marker.getRadius()))));
  if (map.hasLayer(groups.margins)) taken.push(...placeChips(taken));
  const most = map.getZoom() < 6.5 ? (innerWidth > 720 ? 16 : 9) : 60;
  ruler.font = LABEL_FONT;
  let placed = 0;
  for (const { site, point, radius } of sites) {
    if (placed >= most) return;
    const width = ruler.measureText(`${nameOf(site)} ${number(contractMw(site))}`).width + 4;
    const place = labelPlaces(point, radius, width).find(([, box]) => box[0] > 0 && box[2] < innerWidth && !taken.some((other) => overlaps(box, other)));
    if (!place) continue;
    taken.push(place[1]);
    placed += 1;
    addLabel(site, place[0], radius);
  }
}

function addLabel(site, direction, radius) {
  const away = radius + 3;
  const offset = { right: [away, 0], left: [-away, 0], top: [0, -away], bottom: [0, away] }[direction];
  const text = h("span", null, nameOf(site), " ", h("i", null, number(contractMw(site))));
  L.tooltip({ permanent: true, pane: "labels", direction, offset, className: "site-name", interactive: false, opacity: 1 })
    .setLatLng([site.lat, site.lon]).setContent(text).addTo(groups.labels);
}

map.on("zoomend resize", drawLabels);
observe((changed) => !(changed.size === 1 && changed.has("theme")) && drawLabels());
