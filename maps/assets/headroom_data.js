/* The answer, unpacked, and what the shared parts ask of a page. */

if (!("DecompressionStream" in window)) {
  find("#title").textContent = "新しいブラウザで開いてください / Please open in a newer browser";
  return;
}

async function unpackBytes(packed) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

const summary = JSON.parse(new TextDecoder().decode(await unpackBytes(pageData.summary)));
const currentSummary = () => ({ ...summary, created: String(summary.created || "").slice(0, 10) });

const buses = list(summary.buses);
const located = buses.filter(hasPlace);
const busByKey = new Map(buses.map((bus) => [bus.bus, bus]));
const branches = list(summary.branches);
const branchByKey = new Map(branches.map((branch) => [branch.branch, branch]));
const rules = list(summary.rules);
const rowsByRule = new Map(rules.map((rule) => [rule, new Map(list(summary.rows).filter((row) => row.rule === rule).map((row) => [row.bus, row]))]));

const currentRule = () => rules[state.rule];
/** The figures of a bus under the rule chosen; null where it was not looked at. */
const rowOf = (key) => (rowsByRule.get(currentRule()) || new Map()).get(key) || null;
const busTitle = (bus) => String(bus.name || bus.bus);
const branchTitle = (key) => {
  const branch = branchByKey.get(key);
  return String((branch && branch.name) || key || "");
};

const placeKey = ({ lat, lon }) => `${lat}|${lon}`;
const busesByPlace = new Map();
for (const bus of located) busesByPlace.set(placeKey(bus), [...(busesByPlace.get(placeKey(bus)) || []), bus]);

const kilovolts = (kv) => (isKnown(kv) ? `${number(kv, kv % 1 ? 1 : 0)} kV` : word("noVoltage"));
const roomText = (mw) => (isKnown(mw) ? megawatts(mw) : word("noLimit"));

/* Voltages as they are, or in bands where there are too many to choose from. */
const MOST_VOLTAGES = 8;
const BANDS = [[400, "≥400 kV"], [187, "187–399 kV"], [100, "100–186 kV"], [0, "<100 kV"]];
const ownVoltages = [...new Set(buses.map((bus) => bus.kv).filter(isKnown))].sort((one, other) => other - one);
const inBands = ownVoltages.length > MOST_VOLTAGES;

function voltageKey(kv) {
  if (!isKnown(kv)) return "none";
  return String(inBands ? BANDS.find(([least]) => kv >= least)[0] : kv);
}

const voltageText = (key) => (key === "none" ? word("noVoltage") : inBands ? BANDS.find(([least]) => String(least) === key)[1] : kilovolts(Number(key)));
const voltages = [...new Set([...ownVoltages.map(voltageKey), ...(buses.some((bus) => !isKnown(bus.kv)) ? ["none"] : [])])];

const kvOfBranch = (branch) => {
  const ends = [branch.from_bus, branch.to_bus].map((key) => (busByKey.get(key) || {}).kv).filter(isKnown);
  return ends.length ? Math.max(...ends) : null;
};

const subtitle = () => [String(summary.file || ""), `${number(buses.length)} ${word("busUnit")}`].filter(Boolean).join(" · ");
const creditNote = () => inLanguage(summary.credit) || String(summary.file || "");
