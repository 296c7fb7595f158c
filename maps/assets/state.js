/* What the reader has chosen, and who must know. */

const state = { language: "ja", theme: "light", yearIndex: 0, ...ownState() };
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

/** Year, language and the page's own choices stand in the address, so that a link shows the same view. */
function rememberInAddress() {
  if (!/^(file|https?):$/.test(location.protocol)) return; // a notebook's frame has no address
  const choice = new URLSearchParams({ y: currentYear(), lang: state.language, ...ownAddress() });
  history.replaceState(null, "", `#${choice}`);
}

/** The state to open with: from the address, else the last year in the reader's colours. */
function firstState() {
  const choice = new URLSearchParams(location.hash.slice(1));
  const asked = years.indexOf(Number(choice.get("y")));
  return {
    language: choice.get("lang") === "en" ? "en" : "ja",
    ...ownChoice(choice),
    yearIndex: asked >= 0 ? asked : years.length - 1,
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
}

observe((changed) => {
  if (changed.has("theme")) document.documentElement.dataset.theme = state.theme;
  if (changed.has("language")) translatePage();
});
