/* What the small map of Okinawa shows of a network; nothing where the network lies elsewhere. */

const okinawaFill = () => colour("land");
const inInset = ({ lat, lon }) => lat > INSET.south && lat < INSET.north && lon > INSET.west && lon < INSET.east;

function okinawaMarks() {
  if (!map.hasLayer(groups.buses)) return [];
  return shownBuses().filter(inInset).slice(0, 100).map((bus) => {
    const [cx, cy] = insetPoint(bus.lat, bus.lon);
    return s("circle", { cx, cy, r: Math.max(2.4, busRadius(bus.bus) / 3), fill: colour("bus"), stroke: colour("bus-rim") });
  });
}

/* A network on Okinawa alone is on the map itself. */
const reachesOkinawa = located.some(inInset) && !located.every(inInset);
document.body.classList.toggle("no-inset", !reachesOkinawa);
