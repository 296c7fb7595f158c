/* Connection points by voltage class, on one canvas: squares, larger the higher the voltage. */

/* Lowest kV of a class, its words, the side of its square in pixels, the zoom it starts at. */
const VOLTAGES = [
  { least: 400, text: "500 kV", side: 9, zoom: 0 },
  { least: 187, text: "187–275 kV", side: 7, zoom: 6.5 },
  { least: 100, text: "110–154 kV", side: 5.5, zoom: 8 },
  { least: 0, text: "≤77 kV", side: 4.2, zoom: 8.75 },
];
const NO_VOLTAGE = { text: null, side: 5.5, zoom: 8.75, hollow: true };

const voltageClass = (kv) => (isKnown(kv) ? VOLTAGES.find(({ least }) => kv >= least) || NO_VOLTAGE : NO_VOLTAGE);
const pointSide = (kind) => kind.side * Math.min(1.7, zoomFactor());

const shownPoints = () => gridPoints.filter((point) => map.getZoom() >= voltageClass(point.voltage_kv).zoom);
const paintName = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const PointCanvas = L.Canvas.extend({
  _initContainer() {
    this._container = h("canvas", { "aria-hidden": "true" });
    this._ctx = this._container.getContext("2d");
  },
  _draw() {
    if (this._bounds) drawPoints(this._ctx, this._bounds.pad(0.05));
  },
});

function drawPoints(pen, bounds) {
  const [ink, ground] = [paintName("point"), paintName("hollow")];
  for (const point of [...shownPoints()].reverse()) {
    const { x, y } = map.latLngToLayerPoint([point.lat, point.lon]);
    if (!bounds.contains([x, y])) continue;
    const kind = voltageClass(point.voltage_kv);
    const side = pointSide(kind);
    pen.lineWidth = 1.4;
    pen.fillStyle = kind.hollow ? ground : ink;
    pen.strokeStyle = kind.hollow ? ink : ground;
    pen.fillRect(x - side / 2, y - side / 2, side, side);
    pen.strokeRect(x - side / 2, y - side / 2, side, side);
  }
}

const pointCanvas = new PointCanvas({ pane: "points", padding: 0.2 });
if (gridPoints.length) groups.points.addLayer(pointCanvas);
const redrawPoints = () => map.hasLayer(pointCanvas) && pointCanvas._redraw();

/* Pixels around a square that still count as it; a finger is wider than a mouse. */
const REACH = matchMedia("(pointer: coarse)").matches ? 10 : 4;

/** The nearest connection point at a place in the map's frame, or undefined. */
function pointAt({ x, y }) {
  if (!map.hasLayer(pointCanvas)) return undefined;
  const gap = (point) => {
    const at = map.latLngToContainerPoint([point.lat, point.lon]);
    return Math.max(Math.abs(at.x - x), Math.abs(at.y - y)) - pointSide(voltageClass(point.voltage_kv)) / 2;
  };
  return shownPoints().map((point) => [gap(point), point]).filter(([far]) => far <= REACH).sort(([one], [other]) => one - other).map(([, point]) => point)[0];
}

const pointTitle = (point) => nameOf(point) || String(point.point);

observe((changed) => changed.has("theme") && redrawPoints());
