/* Parts of legends. One legend a layer; it stands under the layer's switch and leaves with it. */

const legendText = (x, y, text, anchor = "start") => s("text", { x, y, "text-anchor": anchor }, text);

/** The largest of 1, 2 and 5 times a power of ten that is not above `value`. */
function roundFigure(value) {
  const power10 = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].find((step) => step * power10 <= value) * power10;
}

/** Round figures for the size legend: about the largest, a third and a tenth of it. */
function sizeSteps(largestMw) {
  return [...new Set([largestMw, largestMw / 3, largestMw / 10].map(roundFigure))];
}

const LEGEND_LINE = 14; // pixels

/** Circles of those sizes inside each other; `radiusOf` turns MW into pixels. */
function sizeLegend(largestMw, radiusOf) {
  const steps = sizeSteps(largestMw);
  const outer = radiusOf(steps[0]);
  const height = Math.max(2 * outer + 4, steps.length * LEGEND_LINE);
  const rows = steps.map((mw, index) => {
    const radius = radiusOf(mw);
    const top = height - 2 - 2 * radius;
    const textY = height / 2 + (index - (steps.length - 1) / 2) * LEGEND_LINE + 4;
    return [
      s("circle", { cx: outer + 1, cy: height - 2 - radius, r: radius, fill: "none", stroke: colour("muted") }),
      s("path", { d: `M${outer + 1} ${top}L${2 * outer + 10} ${textY - 4}h4`, fill: "none", stroke: colour("line") }),
      legendText(2 * outer + 17, textY, `${number(mw, mw < 0.1 ? 2 : mw < 1 ? 1 : 0)} MW`),
    ];
  });
  return s("svg", { width: 2 * outer + 78, height }, rows);
}

function dotKey(dash) {
  return s("svg", { width: 12, height: 12 }, s("circle", { cx: 6, cy: 6, r: 3.6, fill: colour("hollow"), stroke: colour("candidate"), "stroke-width": 1.4, "stroke-dasharray": dash }));
}
