/* Rules: a switch each, what it excludes alone, and what opens without it. */

const wholeKm2 = () => Math.max(1, ...rules.map((rule) => rule.alone_km2 || 0));

function drawRules() {
  const only = onlyKm2();
  const active = document.activeElement;
  const focused = active && active.closest("#rules") ? active.value : null;
  const empty = h("li", { class: "quiet" }, word("noRules"));
  refill(find("#rules"), rules.length ? rules.map((rule, index) => ruleLine(rule, index, only[index])) : empty);
  if (focused !== null) find(`#rules input[value="${Number(focused)}"]`).focus({ preventScroll: true });
}

function ruleLine(rule, index, only) {
  const on = state.active[index];
  const box = h("input", { type: "checkbox", role: "switch", value: index, change: () => switchRule(index, box.checked) });
  box.checked = on;
  const figure = (label, km2, name) => h("span", { class: name }, label, h("b", null, !isOwnRules() && name === "gain" ? word("approx") : "", number(km2)), h("small", null, "km²"));
  return h("li", { class: `rule layer ${on ? "" : "off"} ${on === RUN_RULES[index] ? "" : "changed"}`, "data-rule": rule.rule },
    h("label", null, box, h("span", null, ruleText(rule), h("small", null, h("code", null, String(rule.rule)), ` ${word(rule.soft ? "soft" : "hard")}`))),
    h("span", { class: "bar" }, h("i", { style: { width: `${(100 * (rule.alone_km2 || 0)) / wholeKm2()}%` } })),
    h("p", null,
      figure(word("alone"), rule.alone_km2, "alone"), figure(word(on ? "only" : "nowOpen"), only, "gain"),
      rule.unknown_km2 > 0 && figure(word("notKnownLand"), rule.unknown_km2, "unknown-land")));
}

function switchRule(index, on) {
  change({ active: state.active.map((each, at) => (at === index ? on : each)) });
}

observe((changed) => (changed.has("language") || changed.has("active")) && drawRules());
