/* Names of the largest applications, once the map is close enough to tell them apart. */

const NAMED_FROM_ZOOM = 7;
const MOST_NAMES = 24;
const LONGEST_NAME = 18; // letters

function largestInView() {
  const view = map.getBounds();
  const found = [];
  for (const index of largestFirst) {
    if (found.length >= 4 * MOST_NAMES) break;
    if (isSupplied(index) && view.contains([points.lat[index], points.lon[index]])) found.push(index);
  }
  return found;
}

function labelOf(index) {
  const place = [points.lat[index], points.lon[index]];
  const name = pointName(index);
  return {
    place, name: name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name, figure: number(points.contract_mw[index]),
    point: map.latLngToContainerPoint(place), radius: pointRadius(points.contract_mw[index]),
  };
}

/** Boxes of the cards over the map; what lies below one cannot be read. */
function cardBoxes() {
  const cards = ["#panel", "#time", "#controls", "#inset"].map((card) => find(card).getBoundingClientRect());
  return cards.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
}

function drawLabels() {
  groups.labels.clearLayers();
  const marks = map.hasLayer(groups.points) ? largestInView().map(labelOf) : [];
  const taken = [...marks.map(({ point, radius }) => boxAround(point, radius)), ...cardBoxes()];
  if (map.hasLayer(groups.headroom)) taken.push(...placeChips(chips, taken));
  if (map.getZoom() >= NAMED_FROM_ZOOM) placeLabels(marks, taken, MOST_NAMES);
}

map.on("zoomend moveend resize", drawLabels);
observe((changed) => !(changed.size === 1 && changed.has("theme")) && drawLabels());
