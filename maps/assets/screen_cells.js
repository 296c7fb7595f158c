/* Scores, exclusions and areas of all cells, as typed arrays: one pass a criterion. */

const NO_SCORE = 255; // in a column of bytes
const BEST = 254;

/* What a cell shows: 0 to 254 its score, then these. */
const UNSCORED = 255;
const EXCLUDED = 256;
const OPENED = 512; // added where only the reader's switches opened the cell

const weighted = new Float32Array(cellCount);
const weightKnown = new Float32Array(cellCount);
const liveScore = new Uint8Array(cellCount);
const cellShade = new Uint16Array(cellCount);

const criterionWeight = (index) => (isKnown(criteria[index].weight) ? criteria[index].weight : 0) * state.factors[index];

/** Mean of the known scores by weight, in all cells; what is not known takes no part. */
function scoreCells() {
  if (isOwnWeights()) return liveScore.set(runScore);
  weighted.fill(0);
  weightKnown.fill(0);
  scoreColumns.forEach((column, index) => addCriterion(column, criterionWeight(index)));
  for (let cell = 0; cell < cellCount; cell += 1) liveScore[cell] = weightKnown[cell] > 0 ? weighted[cell] / weightKnown[cell] + 0.5 : NO_SCORE;
  return undefined;
}

function addCriterion(column, weight) {
  if (weight <= 0) return;
  for (let cell = 0; cell < cellCount; cell += 1) {
    const score = column[cell];
    if (score === NO_SCORE) continue;
    weighted[cell] += weight * score;
    weightKnown[cell] += weight;
  }
}

/** Bits of the rules that are on, a plane each. */
function masks(active) {
  return rulePlanes.map((_, plane) => active.reduce((bits, on, index) => (on && index >> 5 === plane ? bits | (1 << (index & 31)) : bits), 0));
}

/** Whether any rule that is on holds in a cell. */
function isOut(cell, bits) {
  for (let plane = 0; plane < rulePlanes.length; plane += 1) if (rulePlanes[plane][cell] & bits[plane]) return true;
  return false;
}

const ruleHolds = (cell, index) => Boolean(rulePlanes[index >> 5][cell] & (1 << (index & 31)));

function shadeCells() {
  const [now, before] = [masks(state.active), masks(RUN_RULES)];
  const sameRules = isOwnRules();
  for (let cell = 0; cell < cellCount; cell += 1) {
    if (isOut(cell, now)) cellShade[cell] = EXCLUDED;
    else cellShade[cell] = liveScore[cell] + (!sameRules && isOut(cell, before) ? OPENED : 0);
  }
}

/* Areas: on a sphere, then scaled so that all cells together are the land of the run. */
const cellKm2 = cellAreas();

function cellAreas() {
  const byRow = Float64Array.from({ length: lattice.rows }, (_, row) => rowKm2(row));
  let total = 0;
  for (let cell = 0; cell < cellCount; cell += 1) total += byRow[cellRow[cell]];
  const land = summary.totals && summary.totals.land_km2;
  const scale = isKnown(land) && total > 0 ? land / total : 1;
  return byRow.map((km2) => km2 * scale);
}

function rowKm2(row) {
  const radian = Math.PI / 180;
  const top = (lattice.north - row * lattice.step_y) * radian;
  const low = top - lattice.step_y * radian;
  return 6371.007 ** 2 * lattice.step_x * radian * (Math.sin(top) - Math.sin(low));
}

/** Open land in all, and by score in twenty steps. [km2] */
function measureOpen() {
  const bins = new Float64Array(20);
  let open = 0;
  for (let cell = 0; cell < cellCount; cell += 1) {
    if (cellShade[cell] === EXCLUDED) continue;
    const km2 = cellKm2[cellRow[cell]];
    open += km2;
    if (liveScore[cell] !== NO_SCORE) bins[Math.min(19, Math.floor((liveScore[cell] * 20) / BEST))] += km2;
  }
  return { open, bins };
}

/** First cell of each row; cells stand in reading order. */
function rowStarts(rowOf, count, rows) {
  const starts = new Int32Array(rows + 1);
  for (let cell = 0; cell < count; cell += 1) starts[rowOf[cell] + 1] += 1;
  for (let row = 0; row < rows; row += 1) starts[row + 1] += starts[row];
  return starts;
}

/** First place from `from` to `end` whose column is not below `col`. */
function firstFrom(cols, from, end, col) {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cols[middle] < col) low = middle + 1;
    else high = middle;
  }
  return low;
}

const cellStarts = rowStarts(cellRow, cellCount, lattice.rows);

/** Number of the cell at a place, or -1. */
function cellAt({ lat, lng }) {
  const row = Math.floor((lattice.north - lat) / lattice.step_y);
  const col = Math.floor((lng - lattice.west) / lattice.step_x);
  if (row < 0 || row >= lattice.rows) return -1;
  const cell = firstFrom(cellCol, cellStarts[row], cellStarts[row + 1], col);
  return cell < cellStarts[row + 1] && cellCol[cell] === col ? cell : -1;
}

const cellMiddle = (cell) => L.latLng(lattice.north - (cellRow[cell] + 0.5) * lattice.step_y, lattice.west + (cellCol[cell] + 0.5) * lattice.step_x);

observe((changed) => {
  if (changed.has("factors")) scoreCells();
  if (changed.has("factors") || changed.has("active")) shadeCells();
});
