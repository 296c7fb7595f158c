/* The data block of the page, and finding things in it by key. Nothing is computed but look-ups. */

const pageData = JSON.parse(find('script[type="application/json"]').textContent);
const years = pageData.years;
const areaByKey = new Map(pageData.areas.map((area) => [area.area, area]));

const currentYear = () => years[state.yearIndex];

function list(rows) {
  return Array.isArray(rows) ? rows : [];
}

function hasPlace(row) {
  return isKnown(row.lat) && isKnown(row.lon);
}

function byYear(rows) {
  return new Map(list(rows).map((row) => [row.fiscal_year, row]));
}

function byKeyAndYear(rows, key) {
  return new Map(list(rows).map((row) => [`${row[key]}|${row.fiscal_year}`, row]));
}

/** Words for a confidence mark; an unknown mark shows as it is. */
function markLabel(mark) {
  return Object.hasOwn(pageData.confidence, mark) ? inLanguage(pageData.confidence[mark]) : String(mark);
}

/** Name of an area, or of the whole country and the rest of it. */
function areaName(key) {
  const area = areaByKey.get(key);
  return area ? nameOf(area) : word(String(key));
}
