/* Tables as CSV and GeoJSON, made in the browser. */

/* A spreadsheet runs a cell that starts like this; Japanese ones take full-width signs too. */
const STARTS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  return `"${(STARTS_FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** Rows as CSV with these columns. */
function csvText(columns, rows) {
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(","));
  return `\ufeff${[columns.join(","), ...lines].join("\r\n")}\r\n`; // Excel needs the mark to read UTF-8
}

/** Rows with a place as GeoJSON points. */
function geojsonText(rows) {
  const features = rows.filter(hasPlace).map(({ lat, lon, ...properties }) => (
    { type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } }));
  return JSON.stringify({ type: "FeatureCollection", features });
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 5000);
}

find("#print").addEventListener("click", () => print());
