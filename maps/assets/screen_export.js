/* The current ranking as CSV and GeoJSON: with the weights and rules that made it. */

const EXPORTED = ["rank", "run_rank", "site", "name_ja", "name_en", "lat", "lon", "area", "prefecture_code", "municipality", "score", "run_score", "now_excluded", "open_ha", "usable_ha", "land_mw", "cluster_ha", "point", "point_name", "voltage_kv", "straight_km", "route_km", "route_cost_myen", "shared_km", "ix_km", "landing_km", "rank_p5", "rank_p50", "rank_p95", "settings"];

const scoreColumn = (row) => `score_${row.criterion}`;
const exportColumns = () => [...EXPORTED, ...criteria.map(scoreColumn)];

/** Which weights and rules differ from the run. */
function settingsText() {
  const moved = criteria.flatMap((row, index) => (state.factors[index] === 1 ? [] : [`${row.criterion} x${state.factors[index]}`]));
  const switched = rules.flatMap((row, index) => (state.active[index] === RUN_RULES[index] ? [] : [`${row.rule} ${state.active[index] ? "on" : "off"}`]));
  return [...moved, ...switched].join("; ") || "run";
}

function exportRows() {
  const settings = settingsText();
  return ranking.map(({ site, rank, score, out }) => ({
    ...Object.fromEntries(EXPORTED.map((column) => [column, site[column] ?? null])),
    ...Object.fromEntries(criteria.map((row) => [scoreColumn(row), own(site.scores, row.criterion)])),
    rank, run_rank: site.rank ?? null, score: score === null ? null : Math.round(score * 1e4) / 1e4, run_score: site.score ?? null, now_excluded: out ? "true" : "false", settings,
  }));
}

/** A column's heading comes from the scenario and may start a formula like any cell. */
const safeColumns = (rows) => rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [csvCell(name).replaceAll('"', ""), value])));

find("#save-csv").addEventListener("click", () => save("sites.csv", "text/csv;charset=utf-8", csvText(exportColumns().map((name) => csvCell(name).replaceAll('"', "")), safeColumns(exportRows()))));
find("#save-geojson").addEventListener("click", () => save("sites.geojson", "application/geo+json", geojsonText(exportRows())));
