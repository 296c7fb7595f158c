/* Legends of the forecast check's map. */

const LEGENDS = {
  headroom: () => [
    scaleLegend(),
    h("p", { class: "pair" }, swatch({ fill: colour("inside") }, checkPath()), word("insideLegend")),
    h("p", { class: "pair" }, swatch({ fill: "url(#unknown-hatch)" }), word("unknownLegend")),
    h("p", null, `${word("borderNote")}${state.language === "ja" ? "。" : "."}`),
  ],
  points: () => [
    h("div", { class: "two" },
      h("div", null, h("p", null, word("areaMeansMw")), sizeLegend(largestMw, pointRadius)),
      h("div", null, h("p", null, word("stage")), stageLegend())),
    h("p", { class: "pair" }, pointKey({ fill: colour("hollow"), stroke: stageColour(3) }), word("notYetSupplied")),
    h("p", { class: "pair" }, pointKey({ fill: stageColour(3), stroke: colour("ring") }, s("circle", { cx: 8, cy: 8, r: 6.6, fill: "none", stroke: colour("ink"), "stroke-width": 1.3 })), word("countedRing")),
  ],
};

/** The diverging scale: over on the left, room on the right, in MW. */
function scaleLegend() {
  const [near, far] = roomBounds.map((mw) => number(mw));
  const steps = [["over-3", `≥${far}`], ["over-2", `${near}–`], ["over-1", `<${near}`], ["room-1", `<${near}`], ["room-2", `${near}–`], ["room-3", `≥${far}`]];
  return h("div", { class: "scale" },
    h("p", null, h("span", null, word("overLegend")), h("small", null, "MW"), h("span", null, word("roomLegend"))),
    h("div", { class: "steps" }, steps.map(([name, text]) => h("span", null, h("i", { style: { background: colour(name) } }), text))));
}

function swatch(paintWith, sign = null) {
  return s("svg", { width: 18, height: 13 }, s("rect", { x: 0.5, y: 0.5, width: 17, height: 12, rx: 2, stroke: colour("border"), "stroke-width": 0.8, ...paintWith }), sign);
}

const checkPath = () => s("path", { d: "M6 6.8l2.2 2.2L12.4 4", fill: "none", stroke: colour("inside-ink"), "stroke-width": 1.6 });

function stageLegend() {
  return h("div", { class: "ramp" }, STAGES.map((stage, index) =>
    h("span", null, h("i", { style: { background: stageColour(index) } }), formatWord("stage", stage))));
}

function pointKey(paintWith, ...more) {
  return s("svg", { width: 16, height: 16 }, s("circle", { cx: 8, cy: 8, r: 4.2, "stroke-width": 1.4, ...paintWith }), more);
}
