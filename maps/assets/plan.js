/* The data block, and finding things in it by key. Nothing is computed here but look-ups. */

const plan = JSON.parse(document.getElementById("plan-data").textContent);
const years = plan.years;
const runs = plan.runs.map(readRun);
const areaByKey = new Map(plan.areas.map((area) => [area.area, area]));

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
  };
}

function list(rows) {
  return Array.isArray(rows) ? rows : [];
}

function hasPlace(row) {
  return isKnown(row.lat) && isKnown(row.lon);
}

function readSite(site) {
  return { ...site, years: byYear(site.by_year) };
}

function byYear(rows) {
  return new Map(list(rows).map((row) => [row.fiscal_year, row]));
}

function byKeyAndYear(rows, key) {
  return new Map(list(rows).map((row) => [`${row[key]}|${row.fiscal_year}`, row]));
}

const currentRun = () => runs[state.run];
const currentYear = () => years[state.yearIndex];
const kpiOf = (run, year) => run.kpis.get(year) || {};

/** Rows of one of the summary's tables in the current year. */
function rowsNow(table) {
  return list(currentRun().summary[table]).filter((row) => row.fiscal_year === currentYear());
}

/** Contract MW of a site; a year the plan does not list is a year without load. */
function contractMw(site, year = currentYear()) {
  const row = site.years.get(year);
  return row ? row.contract_mw : 0;
}

/** Reserve margins of an area: of all seasons the tightest, which is the one that decides. */
function marginOf(area, year = currentYear(), standard = "h3") {
  const rows = list(currentRun().summary.areas).filter(
    (row) => row.area === area && row.fiscal_year === year && row.standard === standard && isKnown(row.margin_share),
  );
  return rows.sort((one, other) => one.margin_share - other.margin_share)[0] || null;
}

/** Words for a confidence mark; an unknown mark shows as it is. */
function markLabel(mark) {
  return Object.hasOwn(plan.confidence, mark) ? inLanguage(plan.confidence[mark]) : String(mark);
}
