/* The run's summary and cells, unpacked, and what the shared parts ask of a page. */

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

/** A column from its differences; sums wrap as the type does. */
async function unpackColumn(packed, Type) {
  const column = new Type(await unpackBytes(packed));
  for (let at = 1; at < column.length; at += 1) column[at] += column[at - 1];
  return column;
}

const summary = JSON.parse(new TextDecoder().decode(await unpackBytes(pageData.summary)));
const lattice = pageData.cells;
const cellCount = lattice.count;
const cellRow = await unpackColumn(lattice.row, Int32Array);
const cellCol = await unpackColumn(lattice.col, Int32Array);
const runScore = await unpackColumn(lattice.score, Uint8Array);
const scoreColumns = [];
for (const packed of lattice.scores) scoreColumns.push(await unpackColumn(packed, Uint8Array));
const rulePlanes = [];
for (const packed of lattice.rules) rulePlanes.push(await unpackColumn(packed, Uint32Array));

/* The shared parts show when the run was made; the day is enough. */
const currentSummary = () => ({ ...summary, created: String(summary.created || "").slice(0, 10) });
const criteria = list(summary.criteria);
const rules = list(summary.rules);
const sites = list(summary.sites).filter(hasPlace);
const siteByKey = new Map(sites.map((site) => [site.site, site]));
const gridPoints = list(summary.points).filter(hasPlace);
const pointByKey = new Map(gridPoints.map((point) => [point.point, point]));
const hubs = list(summary.backtest).filter(hasPlace);
const layerByKey = new Map(list(summary.layers).map((layer) => [layer.layer, layer]));
const unknowns = list(summary.unknowns);

/** A {name}_ja, {name}_en pair in the current language; the other one if it is missing. */
const paired = (row, name) => inLanguage({ ja: row[`${name}_ja`], en: row[`${name}_en`] });

/** Title of a layer, or its key where nobody gave it one. */
function layerTitle(key) {
  const layer = layerByKey.get(key);
  return (layer && paired(layer, "title")) || String(key ?? "");
}

/** What a criterion looks at, in words. */
function criterionName(row) {
  const title = layerTitle(row.layer);
  const measure = `measure_${row.measure}`;
  if (!Object.hasOwn(WORDS, measure)) return title;
  return state.language === "ja" ? `${title}${word(measure)}` : `${word(measure)} ${title}`;
}

const subtitle = () => [cellSize(), `${number(cellCount)}${state.language === "ja" ? "セル" : " cells"}`].filter(Boolean).join(" · ");

function cellSize() {
  const metres = summary.grid && summary.grid.cell_m;
  if (!isKnown(metres)) return "";
  return metres >= 1000 ? `${number(metres / 1000, metres % 1000 ? 1 : 0)} km` : `${number(metres)} m`;
}

const creditNote = () => [...new Set(list(summary.layers).map((layer) => paired(layer, "credit")).filter(Boolean))].join(state.language === "ja" ? "、" : "; ") || word("borders");
