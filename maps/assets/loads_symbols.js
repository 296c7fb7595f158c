/* Sizes and colours of the forecast check's map. */

/* Bounds between weak, clear and strong: about a tenth and a third of the largest distance there is. */
const largestDistance = Math.max(10, ...list(summary.verdict).filter((row) => areaByKey.has(row.area)).map((row) => distance(row)[0] || 0));
const roomBounds = [largestDistance / 10, largestDistance / 3].map(roundFigure);

/** A colour of the diverging scale by its step. */
const distanceStep = (mw) => 1 + roomBounds.filter((bound) => mw >= bound).length;

/** Fill of an area: the verdict decides the side, the distance how strong. */
function areaFill(row) {
  const kind = verdictKind(row);
  if (kind === "unknown") return "url(#unknown-hatch)";
  if (kind === "inside") return colour("inside");
  return colour(`${kind === "exceeds" ? "over" : "room"}-${distanceStep(distance(row)[0] || 0)}`);
}

const STAGES = ["study", "applied", "accepted", "contract", "supplied"];
const stageColour = (index) => colour(`stage-${index + 1}`);

/* Area means MW. The more points there are the smaller all of them, so that the map stays legible. */
const pointCount = list(points.id).length;
const largestMw = list(points.contract_mw).reduce((top, mw) => Math.max(top, mw || 0), 1);
const largestRadius = Math.min(22, Math.max(5, 22 * (60 / Math.max(60, pointCount)) ** 0.25));
const smallestRadius = pointCount > 5000 ? 1.3 : 2.4;
const screenFactor = () => (innerWidth > 720 ? 1 : 0.7);
const pointScale = () => zoomFactor() * screenFactor();
const pointRadius = (mw, scale = pointScale()) => Math.max(smallestRadius, Math.sqrt((mw || 0) / largestMw) * largestRadius) * scale;

/** A colour of the palette as the canvas needs it. */
function paint(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
