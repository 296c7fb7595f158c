/* What opens on a click on an application. */

function pointPopup(index) {
  const at = (column) => (points[column] ? points[column][index] : null);
  const stage = STAGES[at("stage")];
  return h("div", { class: "popup" },
    h("h3", null, pointName(index), at("applicant") && h("small", null, String(at("applicant")))),
    h("p", { class: "tags" },
      h("span", { class: "tag start" }, h("i", { style: { background: stageColour(at("stage")) } }), formatWord("stage", stage)),
      tag(formatWord("kind", at("kind"))), at("counted") && tag(word("countedRing"), "counted")),
    figures([
      [word("contract"), number(at("contract_mw"), at("contract_mw") % 1 ? 1 : 0), "MW"],
      [word("start"), yearText(at("start")), ""],
      [word("full"), yearText(at("full")), ""],
    ]),
    h("table", { class: "facts" }, h("tbody", null, pointFacts(at).map(([label, value]) => h("tr", null, h("th", { scope: "row" }, label), h("td", null, value))))));
}

const yearText = (year) => (isKnown(year) ? fiscalYear(year) : UNKNOWN);

function pointFacts(at) {
  return [
    [word("applicationId"), String(at("id") ?? UNKNOWN)],
    [word("applicant"), String(at("applicant") || UNKNOWN)],
    [word("inArea"), areaName(at("area"))],
    [word("connectionPoint"), String(at("point") || UNKNOWN)],
    [word("probability"), percent(at("probability"))],
    [word("counted"), word(at("counted") ? "yes" : "no")],
  ];
}
