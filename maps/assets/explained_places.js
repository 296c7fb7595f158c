/* Prices, statuses and names kept clear of each other, at every zoom anew. */

const SIGN_REACH = 11; // pixels from the middle of a sign to its edge
const SMALL_REACH = 6.5; // the same where there is room for a small one only
const SMALL_SPOT = 5;
const STATUS_ORDER = ["always", "undecided", "sometimes", "never"];
let heldBackSigns = 0;

/** Steps in so many directions around a place. */
const around = (distance, count) => Array.from({ length: count }, (_, index) => {
  const turn = (2 * Math.PI * index) / count - Math.PI / 2;
  return [Math.round(distance * Math.cos(turn)), Math.round(distance * Math.sin(turn))];
});
const FAR_MOVES = [[0, 0], ...[26, 48, 72, 100, 130, 165, 200].flatMap((distance) => around(distance, 16))];

const pointOf = (mark) => map.latLngToContainerPoint(mark.getLatLng());
const boxAt = (point, [x, y], reach) => boxAround({ x: point.x + x, y: point.y + y }, reach);
const isFree = (box, taken) => !taken.some((other) => overlaps(box, other));

/** Round prices stay where they are; one that would touch a dearer one is as small as it has to be. */
function placeSpots() {
  priceSpots.forEach((mark, index) => {
    const room = priceSpots.slice(0, index).map((other) => pointOf(mark).distanceTo(pointOf(other)) - other.getRadius() - 2);
    mark.setRadius(Math.min(mark.getRadius(), Math.max(SMALL_SPOT, Math.min(...room))));
  });
  return priceSpots.map((mark) => boxAround(pointOf(mark), mark.getRadius() + 1));
}

const shownSpots = () => (map.hasLayer(groups.prices) ? priceSpots : []);
const ringOf = (point) => Math.max(0, ...shownSpots().filter((mark) => pointOf(mark).distanceTo(point) < 1).map((mark) => mark.getRadius() + 1));

/** Where the sign of a site may stand, the best first: on it, or beside its price. */
function signPlaces({ marker }, small) {
  const point = pointOf(marker);
  const [ring, reach] = [ringOf(point), small ? SMALL_REACH : SIGN_REACH];
  const onIt = small ? [[0, 0], ...around(12, 8), ...around(20, 12)] : [[0, 0]];
  const moves = ring ? around(ring + reach + 1, small ? 12 : 8) : onIt;
  return moves.map((move) => ({ move, small, reach, box: boxAt(point, move, reach) }));
}

/** First a small sign for as many as have room, then full ones; what finds no place waits for the next zoom. */
function placeSigns(taken) {
  const rank = ({ row }) => 2 * STATUS_ORDER.indexOf(row.status) + (row.in_plan ? 0 : 1);
  const marks = [...statusMarks].sort((one, other) => rank(one) - rank(other));
  const places = new Map();
  const boxesOfOthers = (mark) => [...places].filter(([other]) => other !== mark).map(([, { box }]) => box);
  for (const small of [true, false]) {
    for (const mark of marks.filter((each) => small || places.has(each))) {
      const others = [...taken, ...boxesOfOthers(mark)];
      const place = signPlaces(mark, small).find(({ box }) => isFree(box, others));
      if (place) places.set(mark, place);
    }
  }
  marks.forEach((mark) => showSign(mark, places.get(mark)));
  heldBackSigns = marks.length - places.size;
  return [...places.values()].map(({ box }) => box);
}

function showSign({ row, marker, figure }, place) {
  marker.getElement().style.visibility = place ? "" : "hidden"; // neither seen nor reached by key
  if (!place) return;
  const [x, y] = place.move;
  figure.classList.toggle("small", place.small);
  figure.style.left = `${x}px`;
  figure.style.top = `${y}px`;
  if (x === 0 && y === 0) reachByOthers.set(row.site, place.reach);
}

const heldBackLine = () => (heldBackSigns ? `${word("heldBack")} ${heldBackSigns}` : "");

function placeExplained() {
  const statuses = map.hasLayer(groups.alternatives) ? statusMarks : [];
  const spots = map.hasLayer(groups.prices) ? placeSpots() : [];
  const middles = statuses.map(({ marker }) => boxAround(pointOf(marker), SMALL_REACH));
  const sites = map.hasLayer(groups.sites) ? onlineSites().map(siteBox) : [];
  reachByOthers = new Map(onlineSites().map((site) => [site.site, ringOf(map.latLngToContainerPoint([site.lat, site.lon]))]));
  const chipBoxes = map.hasLayer(groups.prices) ? placeChips(priceChips, [...spots, ...middles, ...sites]) : [];
  const signs = statuses.length ? placeSigns([...spots, ...chipBoxes]) : [];
  takenByOthers = [...spots, ...chipBoxes, ...signs];
  if (find("#held-back")) find("#held-back").textContent = heldBackLine();
  drawLabels();
  drawPlanLabels();
}

const siteBox = (site) => boxAround(map.latLngToContainerPoint([site.lat, site.lon]), siteRadius(contractMw(site)));

map.on("zoomend resize", placeExplained);
map.on("layeradd layerremove", ({ layer }) => (layer === groups.alternatives || layer === groups.prices) && placeExplained());
observe((changed) => !(changed.size === 1 && changed.has("theme")) && placeExplained());
