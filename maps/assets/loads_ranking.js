/* The list of areas, most exceeded first; also the way in for keyboard and screen reader. */

function rankedAreas() {
  const rows = areaKeys.map((key) => [key, verdictOf(key)]);
  return rows.sort(([, one], [, other]) => byUrgency(one, other));
}

/** Since when the allowance is exceeded. */
function firstText(key) {
  const first = firstRows(key, currentVintage(), currentCase())[0];
  if (!first || !isKnown(first.first_fiscal_year)) return null;
  const year = fiscalYear(first.first_fiscal_year);
  return h("small", null, state.language === "ja" ? `${year}${word("from")}` : `${word("from")} ${year}`);
}

function areaLine([key, row]) {
  return h("li", null, h("button", { type: "button", "data-area": key, click: () => goToArea(key) },
    h("span", { class: "name" }, areaName(key), firstText(key)),
    verdictChip(row)));
}

observe((changed) => {
  if (changed.size === 1 && changed.has("theme")) return;
  refill(find("#ranking"), rankedAreas().map(areaLine));
});
