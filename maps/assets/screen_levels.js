/* Coarser cells for the far view: a pixel that holds several cells shows their mean, not one of
   them by chance. Level k joins 2^k x 2^k cells; it is made when it is first needed. */

const MOST_LEVEL = 7;
const levels = [{ starts: cellStarts, cols: cellCol, shade: cellShade, stale: false }];

function levelOf(power) {
  if (!levels[power]) levels[power] = makeLevel(power);
  const level = levels[power];
  if (level.stale) joinShades(level);
  return level;
}

/** Where the cells of a level lie, and to which of them each cell belongs. */
function makeLevel(power) {
  const rows = ((lattice.rows - 1) >> power) + 1;
  const number = new Int32Array(((lattice.cols - 1) >> power) + 1);
  const parent = new Int32Array(cellCount);
  const [starts, cols] = [new Int32Array(rows + 1), []];
  for (let row = 0; row < rows; row += 1) {
    const [first, end] = [row, row + 1].map((each) => cellStarts[Math.min(lattice.rows, each << power)]);
    number.fill(-1);
    for (let cell = first; cell < end; cell += 1) number[cellCol[cell] >> power] = 0;
    for (let col = 0; first < end && col < number.length; col += 1) if (number[col] === 0) number[col] = cols.push(col) - 1;
    for (let cell = first; cell < end; cell += 1) parent[cell] = number[cellCol[cell] >> power];
    starts[row + 1] = cols.length;
  }
  const count = cols.length;
  return { starts, cols: Int32Array.from(cols), parent, shade: new Uint16Array(count), stale: true, sum: new Float32Array(count), scored: new Uint16Array(count), out: new Uint16Array(count), opened: new Uint16Array(count), all: new Uint16Array(count) };
}

/** The mean score where most of the ground is open, else excluded. */
function joinShades({ parent, shade, sum, scored, out, opened, all }) {
  for (const column of [sum, scored, out, opened, all]) column.fill(0);
  for (let cell = 0; cell < cellCount; cell += 1) {
    const [own, at] = [cellShade[cell], parent[cell]];
    all[at] += 1;
    if (own === EXCLUDED) out[at] += 1;
    else if ((own & 255) !== UNSCORED) {
      sum[at] += own & 255;
      scored[at] += 1;
    }
    if (own >= OPENED) opened[at] += 1;
  }
  for (let at = 0; at < shade.length; at += 1) {
    if (2 * out[at] > all[at]) shade[at] = EXCLUDED;
    else shade[at] = (scored[at] ? sum[at] / scored[at] + 0.5 : UNSCORED) + (2 * opened[at] > all[at] ? OPENED : 0);
  }
  levels.find((level) => level && level.parent === parent).stale = false;
}

observe((changed) => {
  if (!changed.has("factors") && !changed.has("active")) return;
  for (const level of levels) if (level && level.parent) level.stale = true;
});
