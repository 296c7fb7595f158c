/* Applications with a position as CSV and GeoJSON, under the headings of the list that is read. */

const EXPORTED = ["id", "name", "applicant", "area", "lat", "lon", "connection_point", "contract_mw", "supply_start", "full_power_year", "kind", "stage", "probability", "counted"];

function exportRows() {
  return Array.from(list(points.id).keys(), (index) => ({
    id: points.id[index], name: points.name[index], applicant: points.applicant[index], area: points.area[index],
    lat: points.lat[index], lon: points.lon[index], connection_point: points.point[index], contract_mw: points.contract_mw[index],
    supply_start: points.start[index], full_power_year: points.full[index], kind: points.kind[index], stage: STAGES[points.stage[index]],
    probability: points.probability[index], counted: points.counted[index] ? "true" : "false",
  }));
}

find("#save-csv").addEventListener("click", () => save("applications.csv", "text/csv;charset=utf-8", csvText(EXPORTED, exportRows())));
find("#save-geojson").addEventListener("click", () => save("applications.geojson", "application/geo+json", geojsonText(exportRows())));
