/* Names of the sites and hubs, once the map is close enough to tell them apart. */

const NAMED_FROM_ZOOM = 8;
const MOST_NAMES = 24;
const LONGEST_NAME = 18; // letters

const shortName = (name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);

function labelAt(row, figure, radius) {
  const place = [row.lat, row.lon];
  return { place, name: shortName(nameOf(row)), figure, radius, point: map.latLngToContainerPoint(place) };
}

/** Boxes of the cards over the map; what lies below one cannot be read. */
function cardBoxes() {
  const cards = ["#panel", "#time", "#controls", "#inset"].map((card) => find(card).getBoundingClientRect());
  return cards.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
}

function drawLabels() {
  groups.labels.clearLayers();
  const view = map.getBounds();
  const inView = ({ lat, lon }) => view.contains([lat, lon]);
  const pins = map.hasLayer(groups.sites) ? ranking.slice(0, MOST_DRAWN).filter(({ site }) => inView(site)).map(({ site, score, rank }) => ({ ...labelAt(site, scoreText(score), 11), rank })) : [];
  const diamonds = map.hasLayer(groups.hubs) ? hubs.filter(inView).map((hub) => labelAt(hub, percentileText(hub), 8)) : [];
  const box = ({ point, radius }) => boxAround(point, radius - 2);
  const taken = [...pins.filter(({ rank }) => rank <= mostNumbered()), ...diamonds].map(box).concat(cardBoxes());
  placeLabels(diamonds, taken, MOST_NAMES);
  taken.push(...pins.map(box));
  if (map.getZoom() >= NAMED_FROM_ZOOM) placeLabels(pins, taken, MOST_NAMES);
}

map.on("zoomend moveend resize", drawLabels);
/* Names wait for a pause: they need the page laid out, which a moving slider must not wait for. */
let labelling = null;
function labelSoon() {
  clearTimeout(labelling);
  labelling = setTimeout(drawLabels, 120);
}
observe((changed) => ["language", "factors", "active"].some((choice) => changed.has(choice)) && labelSoon());
