/* Legends of the screening's map. */

/** What a filled pin means, with the number of ranks that the run looked at. */
const firmText = () => word("firm").replace("{top}", number(summary.sensitivity.top));

const LEGENDS = {
  cells: () => [
    rampLegend(),
    h("p", { class: "pair" }, h("i", { class: "swatch excluded" }), word("excludedLegend"), h("i", { class: "swatch unscored" }), word("unscoredLegend")),
    h("p", { class: "pair" }, h("i", { class: "swatch opened" }), word("openedLegend")),
  ],
  sites: () => [
    h("p", { class: "pair" }, h("span", { class: "pin numbered firm sample" }, "1"), summary.sensitivity ? firmText() : word("plainSite")),
    summary.sensitivity && h("p", { class: "pair" }, h("span", { class: "pin numbered soft sample" }, "2"), word("notFirm")),
    h("p", { class: "pair" }, h("span", { class: "pin dotted firm sample" }), word("dotLegend")),
  ],
  routes: () => [
    h("p", { class: "pair" }, lineKey(null), word("routeLegend")),
    h("p", { class: "pair" }, lineKey("4 4"), word("straightLegend")),
  ],
  points: () => [h("div", { class: "voltages" }, voltageKeys()), gridPoints.length > shownPoints().length && h("p", null, word("closer"))],
  hubs: () => h("p", { class: "pair" }, h("span", { class: "hub sample" }), word("hubLegend")),
};

/** The ramp of scores with its ends; scores beyond them keep the last colour. */
function rampLegend() {
  const stops = Array.from({ length: RAMP_STEPS }, (_, step) => colour(`score-${step}`)).join(",");
  const ends = [`${leastShown > 0 ? "≤" : ""}${scoreText(leastShown)}`, scoreText((leastShown + mostShown) / 2), `${mostShown < 1 ? "≥" : ""}${scoreText(mostShown)}`];
  return h("div", { class: "ramp-legend" }, h("i", { style: { background: `linear-gradient(90deg,${stops})` } }), h("p", null, ends.map((text) => h("span", null, text))));
}

function lineKey(dash) {
  return s("svg", { width: 26, height: 9 }, s("path", { d: "M1 4.5h24", stroke: colour("route"), "stroke-width": 2, "stroke-dasharray": dash, fill: "none" }));
}

function voltageKeys() {
  const used = new Set(gridPoints.map((point) => voltageClass(point.voltage_kv)));
  return [...VOLTAGES, NO_VOLTAGE].filter((kind) => used.has(kind)).map((kind) => {
    const place = { x: 7 - kind.side / 2, y: 7 - kind.side / 2, width: kind.side, height: kind.side, "stroke-width": 1.4 };
    return h("span", null,
      s("svg", { width: 14, height: 14 }, s("rect", { ...place, fill: colour(kind.hollow ? "hollow" : "point"), stroke: colour(kind.hollow ? "point" : "hollow") })),
      kind.text || word("kvUnknown"));
  });
}
