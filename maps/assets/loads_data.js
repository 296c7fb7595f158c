/* The check's summary and points, unpacked, and what the shared parts ask of a page. */

if (!("DecompressionStream" in window)) {
  find("#title").textContent = "新しいブラウザで開いてください / Please open in a newer browser";
  return;
}

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const summary = await unpack(pageData.summary);
const points = await unpack(pageData.points);

const currentSummary = () => summary;
const vintages = list(summary.vintages).map(String);
const cases = list(summary.cases).map(String);
const areaKeys = list(summary.areas).map(String);
const tieNames = new Map(list(pageData.ties).map((tie) => [tie.tie, tie]));
const sources = new Map(list(summary.sources).map((row) => [row.source, row]));
const sourceOf = (id) => sources.get(id);

const currentVintage = () => vintages[state.vintage];
const currentCase = () => cases[state.case];

/* What the reader chooses beside year and language, and how it stands in the address. The widest
   case opens: it is the one that warns. */
function ownState() {
  return { vintage: Math.max(0, vintages.indexOf(summary.newest)), case: Math.max(0, cases.length - 1) };
}

function ownAddress() {
  return { v: currentVintage(), c: currentCase() };
}

function ownChoice(choice) {
  const chosen = (values, asked, other) => (values.includes(asked) ? values.indexOf(asked) : other);
  const first = ownState();
  return { vintage: chosen(vintages, choice.get("v"), first.vintage), case: chosen(cases, choice.get("c"), first.case) };
}

/** Rows of one of the summary's tables under a key made of these columns. */
function rowsBy(table, ...columns) {
  const found = new Map();
  for (const row of list(summary[table])) {
    const key = columns.map((column) => row[column]).join("|");
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(row);
  }
  return (...values) => found.get(values.join("|")) || [];
}

const pipelineRows = rowsBy("pipeline", "area", "fiscal_year");
const drawRows = rowsBy("draws", "area", "fiscal_year");
const chanceRows = rowsBy("chance", "area", "fiscal_year", "vintage");
const adequacyRows = rowsBy("adequacy", "area", "fiscal_year", "case");
const firstRows = rowsBy("firsts", "area", "vintage", "case");
const contributorRows = rowsBy("contributors", "area", "vintage", "case");

/** A word of the format, such as a stage; one that the page does not know shows as it is. */
function formatWord(kind, key) {
  const name = `${kind}_${key}`;
  return Object.hasOwn(WORDS, name) ? word(name) : String(key ?? "");
}

const subtitle = () => `${currentVintage()} · ${formatWord("case", currentCase())}`;
const creditNote = () => word("borderNote");
