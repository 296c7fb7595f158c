/* All points on one canvas, drawn straight from the columns. The canvas lets the mouse through to
   the areas below it, so whoever wants to know what lies under the mouse asks `pointAt`. */

/* Pixels around a point that still count as the point; a finger is wider than a mouse. */
const REACH = matchMedia("(pointer: coarse)").matches ? 9 : 3;
const TAU = 2 * Math.PI;

/* Places as fractions of the world's width: a zoom then costs one multiplication a point. */
const worldX = Float64Array.from(list(points.lon), (lon) => (lon + 180) / 360);
const worldY = Float64Array.from(list(points.lat), (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / TAU);

/* Large ones first, so that small ones lie on top of them. */
const largestFirst = Uint32Array.from(list(points.contract_mw).keys()).sort((one, other) => (points.contract_mw[other] || 0) - (points.contract_mw[one] || 0));

const isSupplied = (index) => isKnown(points.start[index]) && points.start[index] <= currentYear();

/** Function from a point's number to its place in the map's own pixels. */
function placer() {
  const world = 256 * 2 ** map.getZoom();
  const origin = map.getPixelOrigin();
  return (index) => [worldX[index] * world - origin.x, worldY[index] * world - origin.y];
}

const PointCanvas = L.Canvas.extend({
  _initContainer() {
    this._container = h("canvas", { "aria-hidden": "true" });
    this._ctx = this._container.getContext("2d");
  },
  _draw() {
    if (this._bounds) drawPoints(this._ctx, this._bounds);
  },
});

function drawPoints(pen, { min, max }) {
  const place = placer();
  const colours = STAGES.map((_, index) => paint(`stage-${index + 1}`));
  const [hollow, ring, rim, ink] = ["hollow", "ring", "stage-rim", "ink"].map(paint);
  const sizes = sizeByPoint();
  for (const index of largestFirst) {
    const [x, y] = place(index);
    const radius = sizes[index];
    if (x < min.x - radius || x > max.x + radius || y < min.y - radius || y > max.y + radius) continue;
    const stage = points.stage[index];
    const supplied = isSupplied(index);
    const edge = supplied ? (stage < 2 ? rim : ring) : colours[Math.max(2, stage)];
    drawPoint(pen, { x, y, radius, fill: supplied ? colours[stage] : hollow, edge, faint: !supplied });
    if (points.counted[index]) drawRing(pen, x, y, radius, ink);
  }
}

function sizeByPoint() {
  const scale = pointScale();
  return Float32Array.from(list(points.contract_mw), (mw) => pointRadius(mw, scale));
}

function drawPoint(pen, { x, y, radius, fill, edge, faint }) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, TAU);
  pen.globalAlpha = faint ? 0.75 : 0.92;
  pen.fillStyle = fill;
  pen.fill();
  pen.globalAlpha = 1;
  pen.lineWidth = radius < 2 ? 0.5 : radius < 4 ? 0.9 : 1.2;
  pen.strokeStyle = edge;
  pen.stroke();
}

/** The ring of a point that the forecast already holds. */
function drawRing(pen, x, y, radius, ink) {
  pen.beginPath();
  pen.arc(x, y, radius + (radius < 4 ? 1 : 2.4), 0, TAU);
  pen.lineWidth = radius < 4 ? 0.7 : 1.3;
  pen.strokeStyle = ink;
  pen.stroke();
}

/** Number of the uppermost point at a place in the map's frame, or -1. */
function pointAt(framePoint) {
  if (!map.hasLayer(groups.points)) return -1;
  const { x, y } = map.containerPointToLayerPoint(framePoint);
  const place = placer();
  const sizes = sizeByPoint();
  for (let at = largestFirst.length - 1; at >= 0; at -= 1) {
    const index = largestFirst[at];
    const [pointX, pointY] = place(index);
    if (Math.hypot(pointX - x, pointY - y) <= sizes[index] + REACH) return index;
  }
  return -1;
}
