/* Yearly cost by item, as a bar with its key. */

/* Cost items keep their colours from popup to popup. */
const COST_COLOURS = new Map(Object.entries({
  energy: "start-2", construction: "start-3", connection: "zone", land: "start-5", fibre: "start-6",
  latency: "calm", carbon_price: "busy", reinforcement: "tight", subsidy: "margin-5",
  clean_power: "start-4", given_up: "start-1", embodied_carbon: "margin-1",
}));

/** Cost items as one stacked bar with a key, the largest first; a subsidy stands in the key only. */
function costBar(costs) {
  const items = costs.filter((row) => isKnown(row.myen_per_year) && row.myen_per_year !== 0);
  const spent = items.filter((row) => row.myen_per_year > 0).sort((one, other) => other.myen_per_year - one.myen_per_year);
  const total = spent.reduce((sum, row) => sum + row.myen_per_year, 0);
  const fill = (row) => colour(COST_COLOURS.get(row.item) || "unknown");
  return [
    h("div", { class: "stack", "aria-hidden": "true" }, spent.map((row) => h("i", { style: { width: `${(row.myen_per_year / total) * 100}%`, background: fill(row) } }))),
    h("ul", { class: "key" }, [...spent, ...items.filter((row) => row.myen_per_year < 0)].map((row) => costKey(row, fill(row)))),
  ];
}

function costKey(row, fill) {
  const [figure, unit] = money(row.myen_per_year);
  return h("li", null, h("i", { style: { background: fill } }), h("span", null, word(row.item)), h("b", null, figure, h("small", null, unit)));
}
