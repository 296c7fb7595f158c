/* Hatched fills, used as url(#id); ids are those of the whole page. */

function addHatch(id, stroke, ground = stroke, { opacity = 0.14, step = 5, width = 1.5 } = {}) {
  const pattern = { id, width: step, height: step, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const hatch = s("pattern", pattern,
    s("rect", { width: step, height: step, fill: ground, "fill-opacity": opacity }),
    s("line", { x1: 0, y1: 0, x2: 0, y2: step, stroke, "stroke-opacity": 0.75, "stroke-width": width }));
  document.body.append(s("svg", { class: "definitions", width: 0, height: 0, "aria-hidden": "true" }, s("defs", null, hatch)));
}
