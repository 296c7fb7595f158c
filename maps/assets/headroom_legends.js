/* Legends of the headroom map. */

const LEGENDS = {
  branches: () => [
    PAINTS[state.paint] === "binding"
      ? BINDINGS.map((step) => h("p", { class: "pair" }, lineKey(bindingColour(step), 2 + step * 0.6), word(`bind_${step}`)))
      : LOADINGS.filter((kind) => branches.some((branch) => loadingKind(branch.loading_share) === kind)).map((kind) =>
        h("p", { class: "pair" }, lineKey(loadingColour(kind), kind === "over" ? 4 : 3, kind === "none" ? "5 4" : null), word(`load_${kind}`))),
    h("p", null, word("widthLegend")),
  ],
  rings: () => h("p", null, word("ringLegend")),
  buses: () => [
    list(summary.rows).some((row) => isRoom(row.n1_mw)) && sizeLegend(largestMw, roomRadius),
    ["full", "open", "asked"].filter((kind) => located.some((bus) => busKind(bus.bus) === kind)).map((kind) =>
      h("p", { class: "pair" }, busSign(kind), word(`${kind}Legend`))),
  ],
};

function lineKey(stroke, width, dash = null) {
  return s("svg", { width: 26, height: 9 }, s("path", { d: "M1 4.5h24", stroke, "stroke-width": width, "stroke-dasharray": dash, fill: "none" }));
}

function busSign(kind) {
  const { fillColor, color, weight, dashArray } = BUS_STYLES[kind]();
  return s("svg", { width: 14, height: 14 }, s("circle", { cx: 7, cy: 7, r: kind === "asked" ? 2.6 : 4.4, fill: fillColor, stroke: color, "stroke-width": weight, "stroke-dasharray": dashArray }));
}
