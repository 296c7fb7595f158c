/* Parts of the screening's popups: bars of scores, the range of a rank, tables of facts. */

const kilometres = (km, digits = 1) => (isKnown(km) ? `${number(km, digits)} km` : UNKNOWN);
const hectares = (ha) => (isKnown(ha) ? `${number(ha)} ha` : UNKNOWN);
const kilovolts = (kv) => (isKnown(kv) ? `${number(kv)} kV` : UNKNOWN);
const joinedNames = (names) => names.filter(Boolean).join(state.language === "ja" ? "、" : ", ");

/** A raw value with its unit: a number, a class, or a dash. */
function rawValue(value, unit) {
  if (isKnown(value)) return `${number(value, Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0)}${unitText(unit)}`;
  return value === null || value === undefined || value === "" ? UNKNOWN : String(value);
}

/** One bar a criterion; a score that is not known is hatched, never an empty bar. */
function scoreBars(scoreOf, valueOf = null) {
  return h("ul", { class: "bars" }, criteria.map((row, index) => {
    const score = scoreOf(row, index);
    return h("li", { class: isKnown(score) ? "" : "unscored" },
      h("span", { class: "bar-name" }, criterionName(row), valueOf && h("small", null, rawValue(valueOf(row), row.unit))),
      h("b", null, isKnown(score) ? scoreText(score) : word("unknownValue")),
      h("span", { class: "score-bar" }, isKnown(score) && h("i", { style: { width: `${100 * score}%`, background: scoreColour(score) } })));
  }));
}

function facts(rows) {
  const known = rows.filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== "");
  return known.length > 0 && h("table", { class: "facts" }, h("tbody", null, known.map(([label, value]) =>
    h("tr", null, h("th", { scope: "row" }, label), h("td", null, value)))));
}

/** The rank from p5 to p95 on a line of all ranks; logarithmic, since the first ranks matter. */
function rankRange(site) {
  const { rank_p5: low, rank_p50: middle, rank_p95: high } = site;
  if (![low, middle, high].every(isKnown)) return null;
  const [width, last] = [268, Math.max(2, sites.length, high)];
  const x = (rank) => 4 + (Math.log(rank) / Math.log(last)) * (width - 8);
  const marks = [...new Set([1, 3, 10, 30, 100, 300, 1000, 3000, 10000].filter((rank) => rank <= last))];
  return s("svg", { class: "range", width, height: 34, role: "img", "aria-label": `${word("rank")} ${low}–${high}` },
    s("rect", { x: 0, y: 7, width, height: 6, rx: 3, fill: colour("soft") }),
    s("rect", { x: x(low) - 3, y: 5, width: x(high) - x(low) + 6, height: 10, rx: 3, fill: colour("site"), opacity: 0.4 }),
    s("path", { d: `M${x(middle)} 3v14`, stroke: colour("site"), "stroke-width": 3, "stroke-linecap": "round" }),
    marks.map((rank) => s("text", { x: x(rank), y: 31, "text-anchor": rank === 1 ? "start" : "middle", dx: rank === 1 ? -3 : 0 }, rank)));
}

/** The current rank, and the run's own where it is another. */
function rankText(row) {
  const text = (rank) => (state.language === "ja" ? `${rank}${word("rankOf")}` : `#${rank}`);
  const before = runRanks.get(row.site.site);
  const moved = isKnown(before) && before !== row.rank;
  return moved ? `${text(row.rank)}（${word("runRank")} ${text(before)}）`.replace(/[（）]/g, (sign) => (state.language === "ja" ? sign : sign === "（" ? " (" : ")")) : text(row.rank);
}
