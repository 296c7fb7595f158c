/* The runs of the plan map, and what the shared parts ask of a page. */

const runs = pageData.runs.map(readRun);

function readRun(source) {
  const summary = source.summary;
  return {
    summary,
    zones: source.zones,
    ties: source.ties,
    sites: list(summary.sites).map(readSite),
    candidates: list(summary.candidates).filter(hasPlace),
    kpis: byYear(summary.kpis),
    sources: new Map(list(summary.sources).map((row) => [row.source, row])),
    tieYears: byKeyAndYear(summary.ties, "tie"),
    corridors: corridorsOf(summary.network),
    refusals: refusalsOf(summary.network),
    queued: new Map(list((summary.queue || {}).zones).map((row) => [row.zone, row])),
  };
}

function readSite(site) {
  return { ...site, years: byYear(site.by_year) };
}

const currentRun = () => runs[state.run];
const currentSummary = () => currentRun().summary;
const kpiOf = (run, year) => run.kpis.get(year) || {};
const sourceOf = (id) => currentRun().sources.get(id);

/** Rows of one of the summary's tables in the current year. */
function rowsNow(table) {
  return list(currentSummary()[table]).filter((row) => row.fiscal_year === currentYear());
}

/** Contract MW of a site; a year the plan does not list is a year without load. */
function contractMw(site, year = currentYear()) {
  const row = site.years.get(year);
  return row ? row.contract_mw : 0;
}

/** Reserve margins of an area: of all seasons the tightest, which is the one that decides. */
function marginOf(area, year = currentYear(), standard = "h3") {
  const rows = list(currentSummary().areas).filter(
    (row) => row.area === area && row.fiscal_year === year && row.standard === standard && isKnown(row.margin_share),
  );
  return rows.sort((one, other) => one.margin_share - other.margin_share)[0] || null;
}

/* What the reader chooses beside year and language, and how it stands in the address. */
function ownState() {
  return { run: 0 };
}

function ownAddress() {
  return { run: state.run };
}

function ownChoice(choice) {
  return { run: Number(choice.get("run")) === 1 && runs.length > 1 ? 1 : 0 };
}

/** Total contract MW by year, on a scale that holds for both runs. */
function yearCourse() {
  const totals = (run) => years.map((year) => kpiOf(run, year).contract_mw);
  return { values: totals(currentRun()), top: Math.max(...runs.flatMap(totals).map((mw) => mw || 0), 1) };
}

const subtitle = () => currentSummary().variant;
const creditNote = () => word("marginNote");
/** What the reader should know of the input. */
function ownNotes() {
  const notices = list(currentSummary().notices).map(inLanguage);
  return notices.length ? [h("h3", null, word("notices")), bullets(notices)] : [];
}
