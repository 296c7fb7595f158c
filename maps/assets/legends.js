/* One legend a layer; it stands under the layer's switch and leaves with it. */

const legendText = (x, y, text, anchor = "start") => s("text", { x, y, "text-anchor": anchor }, text);

/** Round figures for the size legend: about the largest, a third and a tenth of it. */
function sizeSteps() {
  const nice = (value) => {
    const power10 = 10 ** Math.floor(Math.log10(value));
    return [5, 2, 1].find((step) => step * power10 <= value) * power10;
  };
  return [...new Set([largestMw, largestMw / 3, largestMw / 10].map(nice))];
}

function sizeLegend() {
  const steps = sizeSteps();
  const outer = siteRadius(steps[0]);
  const height = 2 * outer + 4;
  const rows = steps.map((mw, index) => {
    const radius = siteRadius(mw);
    const top = height - 2 - 2 * radius;
    const textY = Math.max(9, height / 2 + (index - (steps.length - 1) / 2) * 14 + 4);
    return [
      s("circle", { cx: outer + 1, cy: height - 2 - radius, r: radius, fill: "none", stroke: colour("muted") }),
      s("path", { d: `M${outer + 1} ${top}L${2 * outer + 10} ${textY - 4}h4`, fill: "none", stroke: colour("line") }),
      legendText(2 * outer + 17, textY, `${number(mw)} MW`),
    ];
  });
  return s("svg", { width: 2 * outer + 78, height: Math.max(height, steps.length * 14) }, rows);
}

function startLegend() {
  const classes = startClasses();
  const label = (from, to) => (from === to ? String(from) : `${from}–${String(to).slice(2)}`);
  return h("div", { class: "ramp" }, classes.map(([index, from, to]) =>
    h("span", null, h("i", { style: { background: colour(`start-${index}`) } }), label(from, to))),
  h("span", null, h("i", { class: "waiting" }), word("notYet")));
}

const LEGENDS = {
  sites: () => [
    h("div", { class: "two" }, h("div", null, h("p", null, word("areaMeansMw")), sizeLegend()), h("div", null, h("p", null, word("startYear")), startLegend())),
  ],
  candidates: () => [
    h("p", { class: "pair" }, dotKey(null), word("notChosenLegend"), dotKey("1.6 1.8"), word("excludedLegend")),
  ],
  zones: () => [
    h("p", { class: "pair" }, s("svg", { width: 18, height: 18 }, s("circle", { cx: 9, cy: 9, r: 7.5, fill: "url(#hatch)", stroke: colour("zone"), "stroke-width": 1.4, "stroke-dasharray": "4 3" })), word("zoneLegend")),
  ],
  ties: () => [
    h("p", { class: "pair" }, [["calm", "< 60%"], ["busy", "60–80%"], ["tight", "≥ 80%"]].map(([name, text]) => [h("i", { class: "stroke", style: { background: colour(name) } }), text])),
    h("p", null, word("tieLegend")),
    currentRun().ties.some((tie) => tie.loop) && h("p", { class: "pair" }, loopSign(), word("loopLegend")),
  ],
  margins: () => [
    h("div", { class: "steps" }, marginSteps().map(([index, text]) => h("span", null, h("i", { style: { background: colour(`margin-${index}`) } }), text))),
    h("p", null, `${word("required")} ${percent(requiredShare())}. ${word("marginNote")}`),
  ],
};

function dotKey(dash) {
  return s("svg", { width: 12, height: 12 }, s("circle", { cx: 6, cy: 6, r: 3.6, fill: colour("hollow"), stroke: colour("candidate"), "stroke-width": 1.4, "stroke-dasharray": dash }));
}

/** What the run asks of the areas; 8 % unless it says otherwise. */
function requiredShare() {
  const row = list(currentRun().summary.areas).find((each) => each.standard === "h3" && isKnown(each.required_share));
  return row ? row.required_share : 0.08;
}

function marginSteps() {
  const bounds = MARGIN_STEPS.map((step) => number((requiredShare() + step) * 100));
  const spans = bounds.map((bound, index) => (index + 1 < bounds.length ? `${bound}–${bounds[index + 1]}` : `≥${bound}%`));
  return [`<${bounds[0]}%`, ...spans].map((text, index) => [index + 1, text]);
}
