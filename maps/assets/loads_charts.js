/* Charts of the forecast check: the pipeline by stage against the allowance, draws against it. */

const BARS = { width: 268, height: 108, left: 36, right: 4, top: 8, bottom: 16 };

/** MW of an area in a year by stage, in the order of the stages. */
function stageMw(area, year) {
  const rows = pipelineRows(area, year);
  return STAGES.map((stage) => rows.filter((row) => row.stage === stage && isKnown(row.mw)).reduce((sum, row) => sum + row.mw, 0));
}

/** Stacked columns by year, the surest stage at the bottom, and the allowance over them. */
function pipelineChart(area) {
  const stacks = years.map((year) => stageMw(area, year));
  const allowances = years.map((year) => verdictOf(area, { year }));
  const tops = [...stacks.map((stack) => stack.reduce((sum, mw) => sum + mw, 0)), ...allowances.flatMap((row) => [row.allowance_mw, row.allowance_high_mw])].filter(isKnown);
  const top = Math.max(1, ...tops);
  const slot = (BARS.width - BARS.left - BARS.right) / years.length;
  const x = (index) => BARS.left + index * slot;
  const y = (mw) => BARS.top + (1 - mw / top) * (BARS.height - BARS.top - BARS.bottom);
  return s("svg", { class: "chart", width: BARS.width, height: BARS.height, role: "img", "aria-label": word("pipeline") },
    s("rect", { x: x(state.yearIndex), y: 2, width: slot, height: BARS.height - BARS.bottom, fill: colour("soft") }),
    stacks.map((stack, index) => column(stack, x(index) + slot * 0.14, slot * 0.72, y)),
    s("line", { x1: BARS.left, x2: BARS.width - BARS.right, y1: y(0), y2: y(0), stroke: colour("muted") }),
    allowances.map((row, index) => allowanceMark(row, x(index), slot, y)),
    s("text", { x: BARS.left - 6, y: y(top) + 4, "text-anchor": "end" }, number(top)),
    s("text", { x: BARS.left - 6, y: y(0) + 3, "text-anchor": "end" }, "0"),
    [0, years.length - 1].map((index) => s("text", { x: x(index) + slot / 2, y: BARS.height - 3, "text-anchor": index ? "end" : "start", dx: index ? slot / 2 : -slot / 2 }, years[index])));
}

function column(stack, x, width, y) {
  let below = 0;
  return [4, 3, 2, 1, 0].map((index) => {
    const from = below;
    below += stack[index];
    return stack[index] > 0 && s("rect", { x, width, y: y(below), height: Math.max(0, y(from) - y(below)), fill: stageColour(index) });
  });
}

/** The allowance of one year: a dash, or the two ends of a range with a veil between them. */
function allowanceMark(row, x, width, y) {
  const dash = (mw) => s("line", { x1: x, x2: x + width, y1: y(mw), y2: y(mw), stroke: colour("tight"), "stroke-width": 1.8, "stroke-dasharray": "4 2" });
  if (isKnown(row.allowance_mw)) return dash(row.allowance_mw);
  const [low, high] = [row.allowance_low_mw, row.allowance_high_mw];
  if (!isKnown(low) || !isKnown(high)) return null;
  return [s("rect", { x, width, y: y(high), height: Math.max(0, y(low) - y(high)), fill: colour("tight"), opacity: 0.14 }), dash(low), dash(high)];
}

/** Stages with their MW in the current year. */
function stageKey(area) {
  const stack = stageMw(area, currentYear());
  return h("ul", { class: "key" }, STAGES.map((stage, index) =>
    h("li", null, h("i", { style: { background: stageColour(index) } }), h("span", null, formatWord("stage", stage)), h("b", null, number(stack[index])))));
}

/** P10 to P90 of the draws as a band, P50 as a bar, the allowance as a dash. */
function drawsBand(draw, row) {
  const limits = [row.allowance_mw, row.allowance_low_mw, row.allowance_high_mw].filter(isKnown);
  const top = Math.max(1, draw.p90_mw, ...limits) * 1.08;
  const x = (mw) => (mw / top) * BARS.width;
  return s("svg", { class: "range", width: BARS.width, height: 22, role: "img", "aria-label": `P10–P90 ${number(draw.p10_mw)}–${number(draw.p90_mw)} MW` },
    s("rect", { x: 0, y: 8, width: BARS.width, height: 6, rx: 3, fill: colour("soft") }),
    s("rect", { x: x(draw.p10_mw), y: 6, width: Math.max(2, x(draw.p90_mw) - x(draw.p10_mw)), height: 10, rx: 3, fill: colour("stage-3"), opacity: 0.55 }),
    s("path", { d: `M${x(draw.p50_mw)} 4v14`, stroke: colour("stage-5"), "stroke-width": 3, "stroke-linecap": "round" }),
    [...new Set(limits)].map((mw) => s("path", { d: `M${x(mw)} 1v20`, stroke: colour("tight"), "stroke-width": 1.8, "stroke-dasharray": "4 2" })));
}
