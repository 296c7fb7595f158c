/* What the figures rest on: unknowns first, then criteria, rules, back-test and the layers with
   their terms. On screen a dialog, in print a page. */

function table(heads, rows) {
  if (!rows.length) return h("p", { class: "quiet" }, word("nothing"));
  return h("div", { class: "scroll" }, h("table", null,
    h("thead", null, h("tr", null, heads.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", null, rows.map((cells) => h("tr", null, cells.map((cell) => h("td", null, cell)))))));
}

const noteText = (row) => (row.note ? String(row.note) : "");
const named = (text, key) => [text, " ", h("code", null, String(key))];

const criterionRows = () => criteria.map((row) => [
  named(criterionName(row), row.criterion), percent(row.weight_share), percent(row.known_share), scoreText(row.mean_score), noteText(row),
]);

const ruleRows = () => rules.map((rule) => [
  named(ruleText(rule), rule.rule), word(rule.soft ? "soft" : "hard"), number(rule.alone_km2), number(rule.only_km2), number(rule.unknown_km2), noteText(rule),
]);

const hubRows = () => list(summary.backtest).map((hub) => [nameOf(hub), scoreText(hub.score), number(hub.percentile), joinedNames(hubReasons(hub)), noteText(hub)]);

const layerRows = () => list(summary.layers).map((layer) => [
  [layerTitle(layer.layer), bullets(list(layer.notes).map(String))], webLink(layer.url, paired(layer, "credit") || String(layer.url || "")),
  String(layer.licence || ""), String(layer.as_of || ""), layerMark(layer),
]);

function drawNotes() {
  const lines = unknowns.map((row) => paired(row, "text"));
  refill(
    find("#notes-body"),
    summary.made && h("p", { class: "banner" }, word("madeData")),
    h("h3", null, word("unknowns")), lines.length ? bullets(lines) : h("p", { class: "quiet" }, word("nothing")),
    h("h3", null, word("criteria"), " ", mark("assumed")), table([word("criterion"), word("share"), word("knownShare"), word("meanScore"), word("note")], criterionRows()),
    h("h3", null, word("rules"), " ", mark("assumed")), table([word("rule"), "", `${word("alone")} km²`, `${word("only")} km²`, `${word("notKnownLand")} km²`, word("note")], ruleRows()),
    h("h3", null, word("hubs")), table([word("hub"), word("score"), word("percentile"), word("excludedBy"), word("note")], hubRows()),
    h("h3", null, word("layerList")), table([word("layer"), word("sources"), word("licence"), word("asOf"), ""], layerRows()),
    h("p", { class: "quiet credit" }, word("credit")), // the panel's own line may be cut off in print
  );
}

find("#open-notes").addEventListener("click", () => find("#notes").showModal());
find("#close-notes").addEventListener("click", () => find("#notes").close());
find("#notes").addEventListener("click", (event) => event.target === event.currentTarget && event.currentTarget.close());
observe((changed) => changed.has("language") && drawNotes());
