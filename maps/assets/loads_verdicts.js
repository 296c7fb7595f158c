/* Verdicts, and how far an area is from what the forecast holds. */

const verdictRows = rowsBy("verdict", "area", "fiscal_year", "vintage", "case");
const KNOWN_VERDICTS = new Set(["inside", "fits", "exceeds"]);

/** The verdict of an area; by default in the current year, vintage and case. */
function verdictOf(area, { year = currentYear(), vintage = currentVintage(), count = currentCase() } = {}) {
  return verdictRows(area, year, vintage, count)[0] || {};
}

/** Kind of verdict; whatever is not one of the known words is unknown and never room. */
const verdictKind = (row) => (KNOWN_VERDICTS.has(row.verdict) ? row.verdict : "unknown");

/** MW over the allowance, or MW of room, as [least, most]; nulls where that is not known. */
function distance(row) {
  const kind = verdictKind(row);
  if (kind === "unknown") return [null, null];
  const known = kind === "exceeds" ? overs(row) : rooms(row);
  return known.length ? [Math.min(...known), Math.max(...known)] : [null, null];
}

const overs = (row) => [row.over_mw, row.over_low_mw, row.over_high_mw].filter((mw) => isKnown(mw) && mw >= 0);

function rooms(row) {
  return [row.allowance_mw, row.allowance_low_mw, row.allowance_high_mw].filter(isKnown)
    .map((allowance) => allowance - row.additions_mw).filter((mw) => isKnown(mw) && mw >= 0);
}

/** Distance as text, a range where only a range is known. */
function distanceText(row, digits = 0) {
  const [least, most] = distance(row).map((mw) => number(mw, digits));
  return least === most ? least : `${least}–${most}`;
}

/** Most exceeded first, then the least room; what is inside or not known comes last. */
function byUrgency(one, other) {
  const [here, there] = [one, other].map((row) => URGENCY.indexOf(verdictKind(row)));
  const [near, far] = [one, other].map((row) => distance(row)[0] || 0);
  return here - there || (here === 0 ? far - near : near - far);
}

const URGENCY = ["exceeds", "fits", "inside", "unknown"];

/** The verdict as a word and a figure on its own ground. */
function verdictChip(row, { figure = true, long = false } = {}) {
  const kind = verdictKind(row);
  const shown = figure && (kind === "exceeds" || kind === "fits") && isKnown(distance(row)[0]);
  return h("span", { class: `verdict ${kind}` }, kind === "inside" && checkSign(), long ? longVerdict(row) : word(`verdict_${kind}`), shown && h("b", null, distanceText(row)));
}

/** The verdict in words; where only a range of the allowance is known, that is why nothing follows. */
function longVerdict(row) {
  const kind = verdictKind(row);
  const open = kind === "unknown" && (isKnown(row.allowance_low_mw) || isKnown(row.allowance_high_mw));
  return word(open ? "says_open" : `says_${kind}`);
}

function checkSign() {
  return s("svg", { width: 10, height: 10, viewBox: "0 0 10 10", "aria-hidden": "true" }, s("path", { d: "M1.5 5.4l2.4 2.4L8.6 2.4" }));
}

/** An allowance as text: a figure, a range, or a dash. */
function allowanceText(row) {
  if (isKnown(row.allowance_mw)) return number(row.allowance_mw);
  return megawattRange(row.allowance_low_mw, row.allowance_high_mw).replace(/ MW/, "");
}

/** Additions in all of Japan by year, and the allowance as a line over them. */
function yearCourse() {
  const rows = years.map((year) => verdictOf("japan", { year }));
  const values = rows.map((row) => row.additions_mw);
  const line = rows.map((row) => row.allowance_mw);
  return { values, line, top: Math.max(1, ...[...values, ...line].filter(isKnown)) };
}
