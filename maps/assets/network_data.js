/* The network of a run: its lines by corridor, and what holds sites back. */

const networkOf = (run = currentRun()) => run.summary.network || {};
const ratingsAssumed = () => list(networkOf().assumed_columns).includes("rating_mw");

/** Lines between the same two places, as one corridor with the worst line first. */
function corridorsOf(network) {
  const found = new Map();
  for (const line of list(network && network.lines)) {
    const coords = list(line.coords).filter((place) => list(place).length === 2 && place.every(isKnown));
    if (coords.length < 2) continue;
    const key = [coords[0], coords.at(-1)].map(String).sort().join("~");
    if (!found.has(key)) found.set(key, { coords, lines: [] });
    found.get(key).lines.push(line);
  }
  const load = (line) => (isKnown(line.worst_share) ? line.worst_share : -1);
  for (const one of found.values()) one.lines.sort((a, b) => load(b) - load(a));
  return [...found.values()].sort((a, b) => load(a.lines[0]) - load(b.lines[0])); // the worst lie on top
}

const refusalsOf = (network) => new Map(list(network && network.refusals).map((row) => [row.site, row]));

/** Name of the branch whose loss is worst for a line. */
function outageName(line) {
  const out = line.outage_name || (list(networkOf().lines).find((row) => row.branch === line.outage) || {}).name;
  return String(out || line.outage || "");
}

const lineName = (line) => String(line.name || line.branch);
const flowMw = ({ flow_mw: mw }) => (isKnown(mw) ? Math.abs(mw) : null); // of which end, no reader can tell
const kilovolts = (kv) => (isKnown(kv) ? `${number(kv)} kV` : "");
const afterLoss = (name) => (state.language === "ja" ? `${name}の停止後` : `${word("afterLossOf")} ${name}`);
