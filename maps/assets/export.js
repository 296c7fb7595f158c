/* The plan as CSV and GeoJSON, made in the browser. */

/* A spreadsheet runs a cell that starts like this; Japanese ones take full-width signs too. */
const STARTS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  return `"${(STARTS_FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

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
  const lines = exportRows().map((row) => columns.map((column) => csvCell(row[column])).join(","));
  return `\ufeff${[columns.join(","), ...lines].join("\r\n")}\r\n`; // Excel needs the mark to read UTF-8
}

function planGeojson() {
  const features = exportRows().filter(hasPlace).map(({ lat, lon, ...properties }) => (
    { type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } }));
  return JSON.stringify({ type: "FeatureCollection", features });
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 5000);
}

find("#save-csv").addEventListener("click", () => save("sites.csv", "text/csv;charset=utf-8", planCsv()));
find("#save-geojson").addEventListener("click", () => save("sites.geojson", "application/geo+json", planGeojson()));
find("#print").addEventListener("click", () => print());
