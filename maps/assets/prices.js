/* What one MW more would save: at places of headroom, and along the ties. */

const pricePaint = paintOf("prices");
const PRICE_STEPS = [1, 10, 100]; // million yen per MW
/* Leaflet stacks marks by how far south they lie, and those north of the first view below lines. */
const [ABOVE_LINES, ABOVE_ALL] = [10_000, 20_000];
const TIE_ENDS = /\/(forward|reverse)$/;

const priceStep = (myen) => 1 + PRICE_STEPS.filter((step) => myen >= step).length;
const priceColour = (myen) => colour(`price-${priceStep(myen)}`);
const priceRadius = (myen) => 4.5 + 2.6 * priceStep(myen);
const dearest = (rows) => rows.reduce((most, row) => (row.worth_myen > most.worth_myen ? row : most));
const isUnchecked = (row) => row.check === "not_checked";
const priceUnit = (row) => `${yen(row.worth_myen)}/${inLanguage(row.per)}`;

/** Rows that share a place together: [key, rows]. */
function together(rows, keyOf) {
  const found = new Map();
  for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) || []), row]);
  return [...found];
}

let priceSpots = []; // the dearest first
let priceChips = [];

function drawPrices() {
  groups.prices.clearLayers();
  [priceSpots, priceChips] = [[], []];
  const [ties, places] = [pricesOf().filter((row) => row.kind === "tie"), pricesOf().filter((row) => row.kind !== "tie")];
  for (const [key, rows] of together(ties, (row) => row.key.replace(TIE_ENDS, ""))) addTiePrice(key, rows);
  const spots = together(places, (row) => [...row.sites].sort().join("|")).sort(([, one], [, other]) => dearest(other).worth_myen - dearest(one).worth_myen);
  for (const [, rows] of spots) addPlacePrice(rows);
}

/** The middle of the sites that share a limit; none of them may have a place. */
function middleOf(sites) {
  const places = sites.map(placeOf).filter(Boolean);
  const mean = (axis) => places.reduce((sum, row) => sum + row[axis], 0) / places.length;
  return places.length ? [mean("lat"), mean("lon")] : null;
}

function addPlacePrice(rows) {
  const at = middleOf(rows[0].sites);
  if (!at) return;
  const top = dearest(rows);
  const headroom = rows.some((row) => row.kind === "headroom");
  const mark = L.circleMarker(at, {
    pane: "prices", renderer: pricePaint, radius: priceRadius(top.worth_myen), color: headroom ? colour("ring") : priceColour(top.worth_myen), weight: headroom ? 1.4 : 3.4,
    fillColor: headroom ? priceColour(top.worth_myen) : colour("hollow"), fillOpacity: 0.95, dashArray: isUnchecked(top) ? "3 3" : null,
  });
  makePriced(mark, rows, () => mark.getLatLng());
  priceSpots.push(mark);
  groups.prices.addLayer(mark);
}

function addTiePrice(key, rows) {
  const tie = currentRun().ties.find((each) => each.tie === key && list(each.path).length > 1);
  if (!tie) return;
  const top = dearest(rows);
  const points = curve(legible(tie.path));
  const middle = points[Math.floor(points.length / 2)];
  const halo = L.polyline(points, { pane: "prices", renderer: pricePaint, color: priceColour(top.worth_myen), weight: 7 + 3 * priceStep(top.worth_myen), opacity: 0.5, dashArray: isUnchecked(top) ? "7 9" : null, interactive: false });
  const backwards = top.key.endsWith("/reverse");
  const turn = turnOf(backwards ? [...points].reverse() : points);
  const style = { "--dot": priceColour(top.worth_myen) };
  const figure = h("span", { class: "badge price-chip", style }, wayArrow(turn), yen(top.worth_myen));
  const leader = h("i", { class: "leader", style });
  const marker = L.marker(middle, { pane: "prices", keyboard: false, zIndexOffset: ABOVE_ALL, icon: badgeIcon(figure) });
  const line = L.marker(middle, { pane: "prices", interactive: false, keyboard: false, zIndexOffset: ABOVE_LINES, icon: badgeIcon(leader) });
  makePriced(marker, rows, () => L.latLng(middle));
  priceChips.push({ marker, figure, leader, moves: FAR_MOVES });
  groups.prices.addLayer(halo).addLayer(line).addLayer(marker);
}

/** The way a line runs on the screen. [degrees] */
function turnOf(points) {
  const [from, to] = [points[0], points.at(-1)].map((place) => map.project(place, 8));
  return (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
}

const wayArrow = (turn) => s("svg", { width: 14, height: 14, viewBox: "-8 -8 16 16", "aria-hidden": "true" }, s("path", { d: "M-6 0H5M1-4L5.5 0L1 4", transform: `rotate(${turn.toFixed(1)})` }));

function makePriced(mark, rows, at) {
  const open = () => openPopup(at(), () => pricePopup(rows), mark);
  const text = () => `${inLanguage(dearest(rows).where)} ${priceUnit(dearest(rows))}`;
  mark.bindTooltip(() => h("span", null, h("b", null, inLanguage(dearest(rows).where)), ` ${priceUnit(dearest(rows))}`), { className: "hint", direction: "top" });
  mark.on("click", open).on("add", () => {
    mark.getElement().dataset.price = rows[0].key;
    mark.getElement().setAttribute("aria-label", text());
    makeOpenable(mark.getElement(), open);
  });
}

function pricePopup(rows) {
  const sorted = [...rows].sort((one, other) => other.worth_myen - one.worth_myen);
  const shared = rows[0].sites.filter((site) => rows[0].kind !== "tie" && placeOf(site));
  return h(
    "div", { class: "popup" },
    h("h3", null, inLanguage(sorted[0].where)),
    sorted.map(priceSection),
    shared.length > 1 && part(word("sharedBy"), bullets(shared.map((site) => nameOf(placeOf(site))))),
    h("p", { class: "quiet" }, word("presentValue")),
  );
}

function priceSection(row) {
  return h("section", null,
    h("h4", null, `${inLanguage(row.what)}${row.by_year ? "" : ` · ${word("allYears")}`}`, row.kind === "tie" && ` · ${inLanguage(row.where)}`),
    h("p", null, word(row.kind === "site" ? "perMwLess" : "perMwSaves")),
    h("p", { class: "told" }, h("b", null, yen(row.worth_myen)), inLanguage(row.per) === "MW" && h("small", null, `= ${number(row.worth_myen * 1000)} ${word("yenPerKw")}`)),
    h("p", { class: isUnchecked(row) ? "check weak" : "check" }, row.check === "confirmed" && "✓ ", inLanguage(row.check_text)));
}

/** Bounds of the classes as text, in the unit of the language. */
function priceRanges() {
  const bounds = PRICE_STEPS.map((step) => yen(step));
  const first = state.language === "ja" ? `${bounds[0]}${word("below")}` : `${word("below")} ${bounds[0]}`;
  const last = state.language === "ja" ? `${bounds.at(-1)}${word("andMore")}` : `${bounds.at(-1)} ${word("andMore")}`;
  return [first, ...bounds.slice(0, -1).map((bound, index) => `${bound}–${bounds[index + 1]}`), last];
}

const priceKey = (options) => s("svg", { width: 16, height: 16 }, s("circle", { cx: 8, cy: 8, r: 5.4, ...options }));

LAYER_ROWS.prices = () => pricesOf();
LEGENDS.prices = () => [
  explanationNotes(),
  h("p", null, `${word("perMwSaves")} (${word("presentValue")})`),
  h("div", { class: "statuses" }, priceRanges().map((text, index) => h("span", null, priceKey({ fill: colour(`price-${index + 1}`) }), text))),
  h("p", { class: "pair" }, priceKey({ fill: colour("price-3") }), word("filledIsHeadroom"), priceKey({ fill: colour("hollow"), stroke: colour("price-3"), "stroke-width": 3 }), word("hollowIsSite")),
  h("p", null, `${word("tiePrice")} · ${word("dashedIsUnchecked")}`),
  explanationOf().unplaced > 0 && h("p", null, `${word("unplaced")} ${explanationOf().unplaced}`),
];
SWITCHED.push("prices");

map.on("zoomend", drawPrices);
observe((changed) => (changed.has("run") || changed.has("language")) && drawPrices());
