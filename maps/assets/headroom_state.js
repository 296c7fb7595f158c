/* What the reader has chosen, and who must know. */

const PAINTS = ["loading", "binding"];
const state = { language: "ja", theme: "light", rule: 0, paint: 0, hidden: new Set() };
const observers = [];

/** Call `observer(changed)` after each change; `changed` holds the names of what changed. */
function observe(observer) {
  observers.push(observer);
}

function change(choices) {
  Object.assign(state, choices);
  const changed = new Set(Object.keys(choices));
  rememberInAddress();
  for (const observer of observers) observer(changed);
}

/** The choices stand in the address, so that a link shows the same view. */
function rememberInAddress() {
  if (!/^(file|https?):$/.test(location.protocol)) return; // a notebook's frame has no address
  const choice = new URLSearchParams({ lang: state.language });
  if (state.rule) choice.set("rule", currentRule());
  if (state.paint) choice.set("paint", PAINTS[state.paint]);
  if (state.hidden.size) choice.set("without", [...state.hidden].join(","));
  history.replaceState(null, "", `#${choice}`);
}

/** The state to open with: from the address, else the first choices in the reader's colours. */
function firstState() {
  const choice = new URLSearchParams(location.hash.slice(1));
  return {
    language: choice.get("lang") === "en" ? "en" : "ja",
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    rule: Math.max(0, rules.indexOf(choice.get("rule"))),
    paint: Math.max(0, PAINTS.indexOf(choice.get("paint"))),
    hidden: new Set((choice.get("without") || "").split(",").filter((key) => voltages.includes(key))),
  };
}

const isShown = (kv) => !state.hidden.has(voltageKey(kv));

observe((changed) => {
  if (changed.has("theme")) document.documentElement.dataset.theme = state.theme;
  if (changed.has("language")) translatePage();
});
