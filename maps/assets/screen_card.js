/* The card below the map: open land by score, in the colours of the map. */

const CARD = { width: 400, height: 46 };

/* The run's own course, against which the reader's is drawn. */
function runBins() {
  const { histogram } = summary.score || {};
  const km2 = histogram ? list(histogram.km2) : [];
  return km2.length === 20 && km2.every(isKnown) ? km2 : null;
}

function drawCard() {
  const own = isOwnWeights() && isOwnRules();
  const before = runBins();
  const bins = own && before ? before : Array.from(measured.bins);
  const top = Math.max(1e-9, ...bins, ...(before || []));
  const slot = CARD.width / 20;
  const height = (km2) => (km2 / top) * (CARD.height - 3);
  const outline = before && !own && `M0 ${CARD.height}${before.map((km2, at) => `L${at * slot} ${CARD.height - height(km2)}h${slot}`).join("")}V${CARD.height}`;
  refill(find("#course"),
    bins.map((km2, at) => s("rect", { x: at * slot + 0.6, y: CARD.height - height(km2), width: slot - 1.2, height: height(km2), fill: scoreColour((at + 0.5) / 20) })),
    outline && s("path", { d: outline, class: "course-run" }));
  find("#course").setAttribute("aria-label", bins.map((km2, at) => `${scoreText(at / 20)}–${scoreText((at + 1) / 20)}: ${number(km2)} km²`).join(", "));
}

function makeCard() {
  const card = find("#time");
  card.removeAttribute("data-label");
  refill(card,
    h("div", { class: "card-head" }, h("h2", { "data-text": "scoreOpen" }), h("p", { id: "card-tags" })),
    s("svg", { id: "course", viewBox: `0 0 ${CARD.width} ${CARD.height}`, preserveAspectRatio: "none", role: "img" }),
    h("div", { class: "card-axis", "aria-hidden": "true" }, [0, 0.25, 0.5, 0.75, 1].map((score) => h("span", null, number(score, 2).replace(/\.?0+$/, "")))));
}

function drawTags() {
  const own = isOwnWeights() && isOwnRules();
  refill(find("#card-tags"), summary.made && h("span", { class: "mark weak" }, word("madeShort")), !own && h("span", { class: "mark changed" }, find("#changed-text").textContent));
}

makeCard();
observe((changed) => {
  if (!["language", "factors", "active"].some((choice) => changed.has(choice))) return;
  drawCard();
  drawTags();
});
