/* Small charts, drawn as SVG by hand: a line by year, a range against a value. */

const CHART = { width: 268, height: 74, left: 34, right: 6, top: 8, bottom: 16 };

/** Value by year as an area with the current year marked; unknown years leave a gap. */
function yearChart(points, { stroke, label, format, line = null }) {
  const known = points.filter(([, value]) => isKnown(value));
  const top = Math.max(...known.map(([, value]) => value), line || 0, 0) || 1;
  const bottom = Math.min(...known.map(([, value]) => value), 0);
  const inner = CHART.width - CHART.left - CHART.right;
  const x = (year) => CHART.left + (years.length > 1 ? (years.indexOf(year) / (years.length - 1)) * inner : inner / 2);
  const y = (value) => CHART.top + ((top - value) / (top - bottom)) * (CHART.height - CHART.top - CHART.bottom);
  const path = known.map(([year, value], index) => `${index ? "L" : "M"}${x(year).toFixed(1)},${y(value).toFixed(1)}`).join("");
  const now = known.find(([year]) => year === currentYear());
  return s(
    "svg", { class: "chart", width: CHART.width, height: CHART.height, role: "img", "aria-label": label },
    s("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: y(0), y2: y(0), stroke: colour("line") }),
    known.length > 1 && s("path", { d: `${path}L${x(known.at(-1)[0])},${y(0)}L${x(known[0][0])},${y(0)}Z`, fill: stroke, opacity: 0.16 }),
    s("path", { d: path, fill: "none", stroke, "stroke-width": 2, "stroke-linejoin": "round" }),
    line !== null && s("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: y(line), y2: y(line), stroke: colour("tight"), "stroke-dasharray": "3 3" }),
    now && s("line", { x1: x(now[0]), x2: x(now[0]), y1: 4, y2: y(bottom), stroke: colour("muted"), "stroke-dasharray": "2 2" }),
    now && s("circle", { cx: x(now[0]), cy: y(now[1]), r: 3.5, fill: stroke, stroke: colour("card"), "stroke-width": 1.5 }),
    s("text", { x: CHART.left - 6, y: y(top) + 4, "text-anchor": "end" }, format(top)),
    s("text", { x: CHART.left - 6, y: y(0) + 3, "text-anchor": "end" }, "0"),
    s("text", { x: CHART.left, y: CHART.height - 3 }, years[0]),
    s("text", { x: CHART.width - CHART.right, y: CHART.height - 3, "text-anchor": "end" }, years.at(-1)),
  );
}

/** A range as a bar and a value as a tick on one scale; an open end fades out. */
function rangeBar(low, high, value) {
  const ends = [low, high, value].filter(isKnown);
  if (!isKnown(low) && !isKnown(high)) return null;
  const top = Math.max(...ends) * (isKnown(high) ? 1.12 : 1.5) || 1;
  const width = CHART.width;
  const x = (mw) => (mw / top) * width;
  const from = x(isKnown(low) ? low : 0);
  const to = isKnown(high) ? x(high) : width;
  return s(
    "svg", { class: "range", width, height: 18, "aria-hidden": "true" },
    s("rect", { x: 0, y: 6, width, height: 6, rx: 3, fill: colour("soft") }),
    isKnown(low) && s("rect", { x: 0, y: 6, width: from, height: 6, rx: 3, fill: colour("zone"), opacity: 0.75 }),
    s("rect", { x: from, y: 6, width: Math.max(0, to - from), height: 6, rx: 3, fill: "url(#hatch)", opacity: isKnown(high) ? 1 : 0.6 }),
    isKnown(value) && value > 0 && s("path", { d: `M${x(value)} 1v16`, stroke: colour("ink"), "stroke-width": 2.5, "stroke-linecap": "round" }),
  );
}
