/* Buses as circles: the area is the N-1 figure; around it, if asked for, the N-0 figure. */

const busPaint = L.svg({ pane: "buses", padding: 0.5 });
const ringPaint = L.svg({ pane: "rings", padding: 0.5 });
const MOST_TABBED = 400;
const circleByBus = new Map();

const figureOf = (key) => { const row = rowOf(key); return row && isKnown(row.n1_mw) ? row.n1_mw : -1; };
const shownBuses = () => located.filter((bus) => isShown(bus.kv));

const BUS_STYLES = {
  room: () => ({ fillColor: colour("bus"), fillOpacity: 0.8, color: colour("bus-rim"), weight: 1, dashArray: null }),
  full: () => ({ fillColor: colour("hollow"), fillOpacity: 1, color: colour("over"), weight: 2, dashArray: null }),
  open: () => ({ fillColor: colour("hollow"), fillOpacity: 1, color: colour("bus"), weight: 1.6, dashArray: "2.5 2" }),
  asked: () => ({ fillColor: colour("unknown"), fillOpacity: 1, color: colour("casing"), weight: 0.8, dashArray: null }),
};

function makeCircle(bus) {
  const circle = L.circleMarker([bus.lat, bus.lon], { pane: "buses", renderer: busPaint });
  circle.bindTooltip(() => busHint(bus), { className: "hint", direction: "top" });
  circle.on("click", (event) => { L.DomEvent.stopPropagation(event); openBus(bus.bus); });
  circle.on("mouseover", () => highlight(bus.bus, true)).on("mouseout", () => highlight(bus.bus, false));
  return circle;
}

function busHint(bus) {
  const row = rowOf(bus.bus);
  return h("span", null, h("b", null, busTitle(bus)), ` ${kilovolts(bus.kv)} · ${row ? `${word("n1")} ${roomText(row.n1_mw)}` : word("notAsked")}`);
}

function openBus(key) {
  const bus = busByKey.get(key);
  const circle = circleByBus.get(key);
  openPopup(L.latLng(bus.lat, bus.lon), () => busPopup(bus), circle);
}

/** Bring a bus into view and open it; layer and voltage are switched on if need be. */
function goToBus(key) {
  const bus = busByKey.get(key);
  if (!bus || !hasPlace(bus)) return;
  if (!isShown(bus.kv)) change({ hidden: new Set([...state.hidden].filter((each) => each !== voltageKey(bus.kv))) });
  if (!map.hasLayer(groups.buses)) {
    showLayer("buses", true);
    drawLayerSwitches();
  }
  showPanel(false);
  if (map.getZoom() < 7 || !map.getBounds().pad(-0.1).contains([bus.lat, bus.lon])) map.setView([bus.lat, bus.lon], Math.max(map.getZoom(), 8), { animate: false });
  openBus(key);
}

/** All circles anew: large ones first, so that small ones can be reached. */
function drawBuses() {
  groups.buses.clearLayers();
  groups.rings.clearLayers();
  const sorted = shownBuses().sort((one, other) => figureOf(other.bus) - figureOf(one.bus));
  sorted.forEach((bus, place) => {
    const circle = circleByBus.get(bus.bus) || makeCircle(bus);
    circleByBus.set(bus.bus, circle);
    groups.buses.addLayer(circle.setStyle(BUS_STYLES[busKind(bus.bus)]()).setRadius(busRadius(bus.bus)));
    drawRing(bus);
    if (place < MOST_TABBED) circle.once("add", () => nameCircle(circle, bus));
    if (map.hasLayer(groups.buses)) nameCircle(circle, bus);
  });
}

function nameCircle(circle, bus) {
  const element = circle.getElement();
  if (!element) return;
  element.dataset.bus = bus.bus;
  const row = rowOf(bus.bus);
  element.setAttribute("aria-label", `${busTitle(bus)} ${row ? roomText(row.n1_mw) : ""}`);
  if (!element.hasAttribute("tabindex")) makeOpenable(element, () => openBus(bus.bus));
}

function drawRing(bus) {
  const row = rowOf(bus.bus);
  if (!row || !isRoom(row.n0_mw)) return;
  const radius = roomRadius(row.n0_mw);
  if (radius <= busRadius(bus.bus)) return;
  L.circleMarker([bus.lat, bus.lon], { pane: "rings", renderer: ringPaint, interactive: false, radius, fill: false, color: colour("bus"), weight: 1.2, opacity: 0.7 }).addTo(groups.rings);
}

/** Tie a circle and its line in the list together. */
function highlight(key, on) {
  const element = circleByBus.has(key) && circleByBus.get(key).getElement();
  if (element) element.classList.toggle("lit", on);
  for (const line of document.querySelectorAll("#ranking button")) if (line.dataset.bus === key) line.classList.toggle("lit", on);
}

/* The land itself answers nothing here. */
function onLand() {}

map.on("zoomend", drawBuses);
observe((changed) => ["rule", "hidden", "language"].some((choice) => changed.has(choice)) && drawBuses());
observe((changed) => !(changed.size === 1 && changed.has("theme")) && refreshPopup());
