/* What the small map of Okinawa shows of a check. */

const MOST_IN_INSET = 60;

function okinawaFill() {
  return map.hasLayer(groups.headroom) ? areaFill(verdictOf("okinawa")) : colour("land");
}

function okinawaMarks() {
  if (!map.hasLayer(groups.points)) return [];
  const there = Array.from(largestFirst).filter((index) => points.area[index] === "okinawa").slice(0, MOST_IN_INSET);
  return there.map((index) => {
    const [cx, cy] = insetPoint(points.lat[index], points.lon[index]);
    const supplied = isSupplied(index);
    return s("circle", {
      cx, cy, r: pointRadius(points.contract_mw[index], screenFactor()), "stroke-width": 1.2,
      fill: supplied ? stageColour(points.stage[index]) : colour("hollow"), stroke: supplied ? colour("ring") : stageColour(Math.max(2, points.stage[index])),
    });
  });
}
