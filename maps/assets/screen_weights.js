/* Weights: a slider a criterion, from nothing to twice the run's weight. */

ICONS.reset = "M3 3v4h4M3.4 7a5 5 0 1 1-.2 3.2";

let sliders = [];

function drawWeights() {
  sliders = criteria.map(makeSlider);
  const empty = h("li", { class: "quiet" }, word("noCriteria"));
  refill(find("#weights"), sliders.length ? sliders.map(({ line }) => line) : empty);
  updateWeights();
}

function makeSlider(row, index) {
  const id = `weight-${index}`;
  const input = h("input", { id, type: "range", min: 0, max: MOST_FACTOR, step: 0.05, input: () => moveSoon(index, Number(input.value)) });
  const share = h("b");
  const factor = h("small");
  const reset = h("button", { type: "button", class: "reset", "aria-label": `${word("back")}: ${criterionName(row)}`, click: () => moveWeight(index, 1) }, icon("reset", 14, 16));
  const line = h("li", null,
    h("label", { for: id }, criterionName(row), h("code", null, String(row.criterion))),
    h("span", { class: "weight-share" }, factor, share),
    h("span", { class: "weight-track" }, input, reset),
    h("small", { class: "about" }, `${word("knownShare")} ${percent(row.known_share)} · ${word("meanScore")} ${scoreText(row.mean_score)}`));
  return { line, input, share, factor, reset };
}

function moveWeight(index, factor) {
  change({ factors: state.factors.map((each, at) => (at === index ? factor : each)) });
}

/* A slider can move more often than the screen is drawn: only the last place counts. */
let moving = null;
function moveSoon(index, factor) {
  cancelAnimationFrame(moving);
  moving = requestAnimationFrame(() => moveWeight(index, factor));
}

function updateWeights() {
  const total = criteria.reduce((sum, _, index) => sum + criterionWeight(index), 0);
  sliders.forEach(({ input, share, factor, reset, line }, index) => {
    input.value = state.factors[index];
    share.textContent = percent(total > 0 ? criterionWeight(index) / total : null);
    factor.textContent = `×${number(state.factors[index], 2)}`;
    input.setAttribute("aria-valuetext", `×${number(state.factors[index], 2)}, ${share.textContent}`);
    reset.hidden = state.factors[index] === 1;
    line.classList.toggle("changed", state.factors[index] !== 1);
  });
}

observe((changed) => {
  if (changed.has("language")) drawWeights();
  else if (changed.has("factors")) updateWeights();
});
