/* Key figures, alarms, choices, and what was asked beside the buses. */

const SWITCHED = ["branches", "buses", "rings"];
const hasContent = (name) => ({ branches: lines.length, buses: located.length, rings: list(summary.rows).some((row) => isRoom(row.n0_mw)) }[name] > 0);

/** What else a switched layer needs. */
function onSwitch(name, on) {
  if (name === "buses" && on) drawBuses();
  drawLabels();
  drawInset();
}

function drawKpis() {
  const rows = [...(rowsByRule.get(currentRule()) || new Map()).values()];
  const known = rows.map((row) => row.n1_mw).filter(isKnown);
  const binders = new Set(rows.map((row) => row.n1_branch).filter(Boolean)).size;
  const entries = [
    ["busCount", [number(rows.length), ""]],
    ["roomCount", [number(rows.filter((row) => isRoom(row.n1_mw)).length), ""]],
    ["largest", known.length ? power(Math.max(...known)) : [UNKNOWN, ""]],
    ["binders", [number(binders), ""]],
  ];
  refill(find("#kpis"), entries.map(([key, [figure, unit]]) =>
    h("div", { class: "kpi", "data-kpi": key }, h("b", null, figure, unit && h("small", null, unit)), h("span", null, word(key)))));
}

/** A base case that overloads something is the first thing to know. */
function drawAlarm() {
  const all = list(summary.violations);
  const whole = all.filter((row) => !row.outage).length;
  find("#alarm").hidden = all.length === 0 && !summary.infeasible;
  find("#alarm").textContent = word(summary.infeasible ? "baseInfeasible" : whole ? "baseViolated" : "baseViolatedN1").replace("{count}", number(whole || all.length));
}

function drawChoices() {
  find("#rules").hidden = rules.length < 2;
  drawSegments(find("#rules"), rules.map((rule) => word(`rule_${rule}`)), state.rule, (rule) => change({ rule }));
  drawSegments(find("#paints"), PAINTS.map((paint) => word(`paint_${paint}`)), state.paint, (paint) => change({ paint }));
}

function toggleVoltage(key) {
  const hidden = new Set(state.hidden);
  if (!hidden.delete(key)) hidden.add(key);
  change({ hidden });
}

function drawVoltages() {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.voltage : null;
  refill(find("#voltages"), voltages.map((key) => h("button", { type: "button", "data-voltage": key, "aria-pressed": String(!state.hidden.has(key)), click: () => toggleVoltage(key) }, voltageText(key))));
  const again = [...find("#voltages").children].find((each) => each.dataset.voltage === focused);
  if (again) again.focus({ preventScroll: true });
}

/** Load at several buses at once: together less than the sum of the single figures. */
function drawJoint() {
  const joint = list(summary.joint).find((each) => each.rule === currentRule()) || null;
  find("#joint").hidden = !joint;
  if (!joint) return;
  refill(find("#joint"),
    h("h2", null, word("joint")),
    h("p", { class: "pair" }, `${word("jointTotal")} `, h("b", null, roomText(joint.total_mw)), isKnown(joint.single_sum_mw) && h("small", null, `${word("jointSum")} ${megawatts(joint.single_sum_mw)}`)),
    h("table", { class: "facts" }, h("thead", null, h("tr", null, ["", "single", "together"].map((key) => h("th", { scope: "col" }, key && word(key))))),
      h("tbody", null, list(joint.buses).map((row) => h("tr", null, h("th", { scope: "row" }, busLink(row.bus)), h("td", null, roomText(row.single_mw)), h("td", null, roomText(row.joint_mw)))))));
}

function drawWorks() {
  const works = list(summary.works);
  find("#works").hidden = works.length === 0;
  if (!works.length) return;
  refill(find("#works"), h("h2", null, word("works")), h("table", { class: "facts" },
    h("thead", null, h("tr", null, ["work", "gain", "costs"].map((key) => h("th", { scope: "col" }, word(key))))),
    h("tbody", null, works.slice(0, 20).map((row) => h("tr", null, h("th", { scope: "row" }, String(row.option), " ", busLink(row.bus)), h("td", null, number(row.gained_mw, 1)), h("td", null, number(row.cost_myen)))))));
}

observe((changed) => {
  if (changed.has("language") || changed.has("rule") || changed.has("paint")) {
    drawKpis();
    drawChoices();
    drawLayerSwitches();
    drawJoint();
  }
  if (changed.has("language") || changed.has("hidden")) drawVoltages();
  if (!changed.has("language")) return;
  drawTitle();
  drawAlarm();
  drawWorks();
});
