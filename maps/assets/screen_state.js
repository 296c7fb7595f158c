/* What the reader has chosen, and who must know. A factor of 1 is the run's own weight. */

const RUN_FACTORS = criteria.map(() => 1);
const RUN_RULES = rules.map((rule) => !rule.relaxed);
const MOST_FACTOR = 2;

const state = { language: "ja", theme: "light", view: "sites", factors: RUN_FACTORS, active: RUN_RULES };
const observers = [];

/** Call `observer(changed)` after each change; `changed` holds the names of what changed. */
function observe(observer) {
  observers.push(observer);
}

function change(choices) {
  Object.assign(state, choices);
  const changed = new Set(Object.keys(choices));
  rememberSoon();
  for (const observer of observers) observer(changed);
}

const isOwnWeights = () => state.factors.every((factor) => factor === 1);
const isOwnRules = () => state.active.every((on, index) => on === RUN_RULES[index]);

/* A slider changes faster than a browser lets a page rewrite its address. */
let remembering = null;
function rememberSoon() {
  clearTimeout(remembering);
  remembering = setTimeout(rememberInAddress, 150);
}

/** Language, weights and rules stand in the address, so that a link shows the same view. */
function rememberInAddress() {
  if (!/^(file|https?):$/.test(location.protocol)) return; // a notebook's frame has no address
  const choice = new URLSearchParams({ lang: state.language });
  const moved = criteria.flatMap((row, index) => (state.factors[index] === 1 ? [] : [`${encodeURIComponent(row.criterion)}:${state.factors[index]}`]));
  const switched = rules.flatMap((row, index) => (state.active[index] === RUN_RULES[index] ? [] : [encodeURIComponent(row.rule)]));
  if (moved.length) choice.set("w", moved.join(","));
  if (switched.length) choice.set("r", switched.join(","));
  history.replaceState(null, "", `#${choice}`);
}

/** The state to open with: from the address, else the run's own in the reader's colours. */
function firstState() {
  const choice = new URLSearchParams(location.hash.slice(1));
  return {
    language: choice.get("lang") === "en" ? "en" : "ja",
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    view: "sites",
    factors: askedFactors(choice.get("w") || ""),
    active: askedRules(choice.get("r") || ""),
  };
}

function askedFactors(text) {
  const asked = new Map(text.split(",").map((each) => each.split(":")));
  return criteria.map((row) => {
    const factor = Number(asked.get(encodeURIComponent(row.criterion)) ?? 1);
    return factor >= 0 && factor <= MOST_FACTOR ? factor : 1;
  });
}

/** Rules named in the address stand the other way round than in the run. */
function askedRules(text) {
  const asked = new Set(text.split(","));
  return rules.map((row, index) => RUN_RULES[index] !== asked.has(encodeURIComponent(row.rule)));
}

observe((changed) => {
  if (changed.has("theme")) document.documentElement.dataset.theme = state.theme;
  if (changed.has("language")) translatePage();
});
