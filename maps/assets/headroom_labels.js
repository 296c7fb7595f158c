/* Names of the buses with most room, where there is space. */

const mostNames = () => (innerWidth <= 720 ? 8 : 22);

function cardBoxes() {
  const cards = ["#panel", "#controls", "#inset"].map((card) => find(card).getBoundingClientRect());
  return cards.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
}

function drawLabels() {
  groups.labels.clearLayers();
  if (!map.hasLayer(groups.buses)) return;
  const view = map.getBounds();
  const labels = ranking().filter(({ bus }) => hasPlace(bus) && view.contains([bus.lat, bus.lon])).map(({ bus, row }) => {
    const place = [bus.lat, bus.lon];
    return { place, name: busTitle(bus).slice(0, 24), figure: isKnown(row.n1_mw) ? number(row.n1_mw) : "", radius: busRadius(bus.bus), point: map.latLngToContainerPoint(place) };
  });
  const most = mostNames();
  const taken = [...labels.slice(0, 3 * most).map(({ point, radius }) => boxAround(point, radius - 1)), ...cardBoxes()];
  placeLabels(labels.slice(0, 3 * most), taken, most);
}

map.on("zoomend moveend resize", drawLabels);
observe((changed) => ["rule", "hidden", "language"].some((choice) => changed.has(choice)) && drawLabels());
