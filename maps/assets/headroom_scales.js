/* How a figure looks: colour and width of a branch, size of a bus. */

const LOADINGS = ["calm", "busy", "tight", "over", "none"];
const BINDINGS = [0, 1, 2, 3];

function loadingKind(share) {
  if (!isKnown(share)) return "none";
  return share > 1 + 1e-9 ? "over" : share >= 0.8 ? "tight" : share >= 0.6 ? "busy" : "calm";
}

const loadingColour = (kind) => colour({ none: "unknown", over: "over" }[kind] || kind);

/** Share of the buses looked at whose N-1 figure a branch sets. */
function bindingShare(branch) {
  const rows = rowsByRule.get(currentRule());
  const count = (branch.binds || {})[currentRule()];
  return rows && rows.size && isKnown(count) ? count / rows.size : 0;
}

const bindingStep = (share) => (share >= 0.2 ? 3 : share >= 0.05 ? 2 : share > 0 ? 1 : 0);
const bindingColour = (step) => colour(step ? `bind-${step}` : "unknown");

/** Colour, extra width and dash of a branch as now painted. */
function branchLook(branch) {
  if (PAINTS[state.paint] === "binding") {
    const step = bindingStep(bindingShare(branch));
    return { stroke: bindingColour(step), more: step ? 0.6 * step : -0.4, dash: null, rank: step };
  }
  const kind = loadingKind(branch.loading_share);
  return { stroke: loadingColour(kind), more: kind === "over" ? 1.2 : 0, dash: kind === "none" ? "5 4" : null, rank: ["none", "calm", "busy", "tight", "over"].indexOf(kind) };
}

const voltageWidth = (kv) => (!isKnown(kv) ? 1.4 : kv >= 400 ? 3.4 : kv >= 187 ? 2.6 : kv >= 100 ? 1.9 : 1.4);
const branchWidth = (kv) => voltageWidth(kv) * Math.min(1.5, zoomFactor());

/* Area means MW. The largest N-1 figure of all rules sets the scale. */
const largestMw = Math.max(1, ...list(summary.rows).map((row) => row.n1_mw).filter(isKnown));
const SMALLEST = 3.2;
const MOST_COVERED = 0.07; // part of the network's frame that circles may fill, so that lines are seen
const [LEAST_LARGEST, MOST_LARGEST] = [9, 26]; // radius of the largest circle in pixels
const sumMw = Math.max(1, ...rules.map((rule) => located.reduce((sum, { bus }) => sum + ((rowsByRule.get(rule).get(bus) || {}).n1_mw || 0), 0)));
const frame = located.length ? L.latLngBounds(located.map(({ lat, lon }) => [lat, lon])) : null;

/** Pixels for the root of one MW: circles grow with the map until the largest is large enough. */
function pixelsPerRootMw() {
  const [one, other] = frame ? [map.project(frame.getSouthWest()), map.project(frame.getNorthEast())] : [L.point(0, 0), L.point(400, 400)];
  const fitting = Math.sqrt((MOST_COVERED * Math.abs(one.x - other.x) * Math.abs(one.y - other.y)) / (Math.PI * sumMw));
  const root = Math.sqrt(largestMw);
  return Math.min(MOST_LARGEST / root, Math.max(LEAST_LARGEST / root, fitting));
}

const roomRadius = (mw) => Math.max(SMALLEST, Math.sqrt(Math.max(0, mw)) * pixelsPerRootMw());
const isRoom = (mw) => isKnown(mw) && mw >= 0.05;

/** How a bus is drawn: with room, full, without a limit, or not looked at. */
function busKind(key) {
  const row = rowOf(key);
  if (!row) return "asked";
  return !isKnown(row.n1_mw) ? "open" : isRoom(row.n1_mw) ? "room" : "full";
}

const busRadius = (key) => (busKind(key) === "room" ? roomRadius(rowOf(key).n1_mw) : busKind(key) === "asked" ? 2.4 : 4);
