/* Legends of the plan map. */

function startLegend() {
  const classes = startClasses();
  const label = (from, to) => (from === to ? String(from) : `${from}–${String(to).slice(2)}`);
  return h("div", { class: "ramp" }, classes.map(([index, from, to]) =>
    h("span", null, h("i", { style: { background: colour(`start-${index}`) } }), label(from, to))),
  h("span", null, h("i", { class: "waiting" }), word("notYet")));
}

const LEGENDS = {
  sites: () => [
    h("div", { class: "two" }, h("div", null, h("p", null, word("areaMeansMw")), sizeLegend(largestMw, siteRadius)), h("div", null, h("p", null, word("startYear")), startLegend())),
  ],
  candidates: () => [
    h("p", { class: "pair" }, dotKey(null), word("notChosenLegend"), dotKey("1.6 1.8"), word("excludedLegend")),
  ],
  zones: () => [
    h("p", { class: "pair" }, s("svg", { width: 18, height: 18 }, s("circle", { cx: 9, cy: 9, r: 7.5, fill: "url(#hatch)", stroke: colour("zone"), "stroke-width": 1.4, "stroke-dasharray": "4 3" })), word("zoneLegend")),
  ],
  network: () => [
    h("p", { class: "pair" }, NETWORK_STEPS.map(([name, text]) => [h("i", { class: "stroke", style: { background: colour(name) } }), text]), currentRun().corridors.some(({ lines }) => !isKnown(lines[0].worst_share)) && [h("i", { class: "stroke", style: { background: colour("unknown") } }), word("noRating")]),
    h("p", null, word(networkOf().n1 ? "networkLegendN1" : "networkLegend"), ` ${fiscalYear(years.at(-1))}`),
    networkOf().title && h("p", null, inLanguage(networkOf().title)),
    ratingsAssumed() && h("p", { class: "pair" }, mark("assumed"), word("ratingsAssumed")),
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
