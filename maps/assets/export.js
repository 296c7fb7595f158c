/* The plan as CSV and GeoJSON, made in the browser. */

const EXPORTED = [
  "site", "name_ja", "name_en", "area", "prefecture", "kind", "lat", "lon", "precision_km", "status", "start_fiscal_year",
  "voltage_kv", "headroom_low_mw", "headroom_high_mw", "headroom_basis", "confidence",
];

/** Chosen sites and candidates as flat rows; the columns are the same for both. */
function exportRows() {
  const chosen = currentRun().sites.map((site) => [{ ...site, status: "chosen" }, years.map((year) => contractMw(site, year))]);
  const others = currentRun().candidates.map((candidate) => [candidate, years.map(() => 0)]);
  return [...chosen, ...others].map(([row, mw]) => Object.fromEntries([
    ...EXPORTED.map((column) => [column, row[column] ?? null]),
    ...years.map((year, index) => [`contract_mw_${year}`, mw[index]]),
  ]));
}

function planCsv() {
  const columns = [...EXPORTED, ...years.map((year) => `contract_mw_${year}`)];
  return csvText(columns, exportRows());
}

function planGeojson() {
  return geojsonText(exportRows());
}

find("#save-csv").addEventListener("click", () => save("sites.csv", "text/csv;charset=utf-8", planCsv()));
find("#save-geojson").addEventListener("click", () => save("sites.geojson", "application/geo+json", planGeojson()));
