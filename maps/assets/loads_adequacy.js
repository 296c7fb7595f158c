/* Whether supply holds with the additions: margins, spare MW and what limits them. */

const STANDARDS = ["h3", "h1"];
const SEASONS = ["summer", "winter"];

/** Rows of an area in the current year, H3 before H1 and summer before winter. */
function adequacyNow(area, count) {
  const place = (row) => STANDARDS.indexOf(row.standard) * SEASONS.length + SEASONS.indexOf(row.season);
  return [...adequacyRows(area, currentYear(), count)].sort((one, other) => place(one) - place(other));
}

const adequacyName = (row) => `${String(row.standard).toUpperCase()} ${formatWord("season", row.season)}`;

function adequacyPart(area) {
  const rows = adequacyNow(area, currentCase());
  if (!rows.length) return null;
  const heads = ["", word("ownMargin"), word("tiedMargin"), word("requiredShort"), word("spare"), word("conditional")];
  return part(word("adequacy"),
    h("table", { class: "margins spares" },
      h("thead", null, h("tr", null, heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, rows.map(adequacyLine))),
    withoutAdditions(area),
    bindingLines(rows),
    h("p", { class: "quiet" }, word("adequacyNote")));
}

function adequacyLine(row) {
  const cells = [
    percent(row.own_margin_share, 1), percent(row.tied_margin_share, 1), percent(row.required_share), number(row.spare_mw),
    number(row.conditional_mw),
  ];
  return h("tr", { class: isKnown(row.spare_mw) && row.spare_mw < 0 ? "short" : "" }, h("th", { scope: "row" }, adequacyName(row)), cells.map((text) => h("td", null, text)));
}

function withoutAdditions(area) {
  const rows = adequacyNow(area, "none");
  if (!rows.length) return null;
  const texts = rows.map((row) => `${adequacyName(row)} ${number(row.spare_mw)}`);
  return h("p", { class: "quiet" }, `${word("withoutAdditions")} [MW]: ${texts.join(state.language === "ja" ? "、" : ", ")}`);
}

/** Binding ties by name; seasons and standards that share them stand together. */
function bindingLines(rows) {
  const found = new Map();
  for (const row of rows) {
    const names = list(row.binding).map(bindingName).join(state.language === "ja" ? "、" : ", ");
    if (names) found.set(names, [...(found.get(names) || []), adequacyName(row)]);
  }
  if (!found.size) return null;
  return h("p", { class: "binding" }, `${word("bindingTies")}: `, [...found].map(([names, where]) => h("span", null, h("b", null, names), ` (${where.join(" · ")}) `)));
}

const ARROWS = new Map([["forward", "→"], ["reverse", "←"]]);

function bindingName(row) {
  const tie = tieNames.get(row.tie);
  return `${tie ? nameOf(tie) : row.tie} ${ARROWS.get(row.direction) || row.direction || ""}`.trim();
}
