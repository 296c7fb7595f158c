/* The cells as a picture: every pixel looks up its own cell. Rows are looked up by the latitude of
   the pixel's middle, so that the picture lies on the outlines whatever the projection does. */

const HATCH_FROM_PIXELS = 4; // a cell of this many pixels is large enough to be hatched
const HATCH_STEP = 7;
const DOT_STEP = 5;

/** Latitude of a height in the world's square of side 1. */
const latitudeAt = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** Draw the cells into `pixels`; `view` holds the world's place of the first pixel and of a step. */
function paintCells(pixels, view) {
  const cellPixels = lattice.step_x / 360 / view.step;
  const power = Math.min(MOST_LEVEL, Math.max(0, Math.floor(Math.log2(1 / cellPixels))));
  const level = levelOf(power);
  const cols = new Int32Array(view.width);
  for (let x = 0; x < view.width; x += 1) cols[x] = Math.floor(((view.x + (x + 0.5) * view.step) * 360 - 180 - lattice.west) / lattice.step_x) >> power;
  const inks = { ...shadeColours(), hatched: cellPixels >= HATCH_FROM_PIXELS, shift: [view.x, view.y].map((start) => Math.round(start / view.step) % (HATCH_STEP * DOT_STEP)) };
  for (let y = 0; y < view.height; y += 1) {
    const row = Math.floor((lattice.north - latitudeAt(view.y + (y + 0.5) * view.step)) / lattice.step_y);
    if (row >= 0 && row < lattice.rows) paintRow(pixels, y, level, row >> power, cols, inks);
  }
}

/** One row of pixels and one row of cells, both walked from west to east. */
function paintRow(pixels, y, { starts, cols: cellCols, shade }, row, cols, inks) {
  const end = starts[row + 1];
  const first = y * cols.length;
  let at = firstFrom(cellCols, starts[row], end, cols[0]);
  for (let x = 0; x < cols.length && at < end; x += 1) {
    while (at < end && cellCols[at] < cols[x]) at += 1;
    if (at < end && cellCols[at] === cols[x]) pixels[first + x] = shade[at] < UNSCORED ? inks.colours[shade[at]] : patterned(shade[at], x, y, inks);
  }
}

function patterned(shade, x, y, { colours, line, opened, unscored, hatched, shift }) {
  const [right, down] = [x + shift[0], y + shift[1]];
  const diagonal = (right + down) % HATCH_STEP;
  if (shade === EXCLUDED) return hatched && diagonal === 0 ? line : colours[EXCLUDED];
  if (shade >= OPENED && right % DOT_STEP < 2 && down % DOT_STEP < 2) return opened;
  const score = shade & 255;
  return score === UNSCORED && diagonal === 0 ? unscored : colours[score];
}

const CellCanvas = L.Canvas.extend({
  _initContainer() {
    this._container = h("canvas", { "aria-hidden": "true", class: "cells" });
    this._ctx = this._container.getContext("2d");
  },
  /* One pixel of the picture is one of the page, also on finer screens: cells are squares anyway. */
  _draw() {
    if (!this._bounds) return;
    const { x: width, y: height } = this._bounds.getSize();
    Object.assign(this._container, { width, height });
    const world = 256 * 2 ** map.getZoom();
    const corner = map.getPixelOrigin().add(this._bounds.min);
    const picture = new ImageData(width, height);
    paintCells(new Uint32Array(picture.data.buffer), { width, height, x: corner.x / world, y: corner.y / world, step: 1 / world });
    this._ctx.putImageData(picture, 0, 0);
  },
});

const cellCanvas = new CellCanvas({ pane: "cells", padding: 0.2 });
if (cellCount) groups.cells.addLayer(cellCanvas);
const redrawCells = () => map.hasLayer(cellCanvas) && cellCanvas._redraw();

/* A long drag leaves the picture's margin: draw the next part before its edge is seen. */
map.on("move", () => {
  if (!map.hasLayer(cellCanvas) || !cellCanvas._bounds || map._animatingZoom) return;
  const size = map.getSize();
  const frame = L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(size));
  if (!cellCanvas._bounds.contains(frame)) cellCanvas._update();
});

observe((changed) => (changed.has("theme") || changed.has("factors") || changed.has("active")) && redrawCells());
