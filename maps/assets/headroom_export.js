/* The figures of the rule chosen as CSV and GeoJSON, in the columns of headroom.csv and what names a bus. */

const EXPORTED = ["bus", "rule", "n0_mw", "n0_branch", "n1_mw", "n1_branch", "n1_outage", "name", "kv", "area", "lat", "lon"];

function exportRows() {
  return ranking().map(({ bus, row }) => Object.fromEntries(EXPORTED.map((column) => [column, row[column] ?? bus[column] ?? null])));
}

find("#save-csv").addEventListener("click", () => save("headroom.csv", "text/csv;charset=utf-8", csvText(EXPORTED, exportRows())));
find("#save-geojson").addEventListener("click", () => save("headroom.geojson", "application/geo+json", geojsonText(exportRows())));
