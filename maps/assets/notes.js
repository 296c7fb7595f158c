/* What the figures rest on: assumptions, unknowns, sources. On screen a dialog, in print a page. */

function valueText(value) {
  return value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? UNKNOWN);
}

function table(heads, rows) {
  if (!rows.length) return h("p", { class: "quiet" }, word("nothing"));
  return h("div", { class: "scroll" }, h("table", null,
    h("thead", null, h("tr", null, heads.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", null, rows.map((cells) => h("tr", null, cells.map((cell) => h("td", null, cell)))))));
}

function assumptionRows() {
  return list(currentSummary().assumptions).map((row) => [
    h("code", null, row.field), [valueText(row.value), row.unit && row.unit !== "-" && h("small", null, row.unit)], [inLanguage(row), mark(row.confidence)],
  ]);
}

function sourceRows() {
  return list(currentSummary().sources).map((row) => [
    webLink(row.url, row.title || row.source), row.publisher || "", row.as_of || "", list(row.confidence_marks).map((each) => mark(each)),
  ]);
}

function drawNotes() {
  const unknowns = list(currentSummary().unknowns).map(inLanguage);
  refill(
    find("#notes-body"),
    ownNotes(),
    h("h3", null, word("assumptions"), " ", mark("assumed")),
    table([word("field"), word("value"), word("meaning")], assumptionRows()),
    h("h3", null, word("unknowns")),
    unknowns.length ? bullets(unknowns) : h("p", { class: "quiet" }, word("nothing")),
    h("h3", null, word("sourceList")),
    table([word("sources"), word("publisher"), word("asOf"), ""], sourceRows()),
    h("p", { class: "quiet credit" }, word("credit")), // the panel's own line may be cut off in print
  );
}

find("#open-notes").addEventListener("click", () => find("#notes").showModal());
find("#close-notes").addEventListener("click", () => find("#notes").close());
find("#notes").addEventListener("click", (event) => event.target === event.currentTarget && event.currentTarget.close());
observe((changed) => (changed.has("language") || changed.has("run")) && drawNotes());
