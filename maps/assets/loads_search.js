/* The largest applications, and the search through all of them. */

const MOST_LISTED = 20;
const pointName = (index) => String(points.name[index] || points.id[index] || UNKNOWN);

/* Made once somebody searches. */
let searched = null;
function searchTexts() {
  searched = searched || Array.from(list(points.id).keys(), (index) =>
    [points.id, points.name, points.applicant, points.point].map((column) => column[index] || "").join("\n").toLowerCase());
  return searched;
}

function matching() {
  const asked = find("#search").value.trim().toLowerCase();
  const all = Array.from(largestFirst);
  return asked ? all.filter((index) => searchTexts()[index].includes(asked)) : all;
}

function pointLine(index, at) {
  const supplied = isSupplied(index);
  return h("li", null, h("button", { type: "button", "data-point": index, click: () => goToPoint(index) },
    h("span", { class: "rank" }, at + 1),
    h("i", { class: supplied ? "dot" : "dot hollow", style: { "--dot": stageColour(points.stage[index]) } }),
    h("span", { class: "name" }, pointName(index)),
    h("span", { class: "figure" }, number(points.contract_mw[index]), h("small", null, "MW"))));
}

function countText(found) {
  const unplaced = summary.totals && summary.totals.applications - summary.totals.located;
  const shownNow = Math.min(found, MOST_LISTED);
  const shownText = state.language === "ja" ? `${word("ofAll")}${number(found)}件中${number(shownNow)}${word("shownOf")}` : `${number(shownNow)} ${word("ofAll")} ${number(found)} ${word("shownOf")}`;
  const rest = unplaced > 0 && `${word("withoutPlace")}: ${number(unplaced)}`;
  return [found > shownNow && shownText, rest].filter(Boolean).join(" · ");
}

function drawApplications() {
  const found = matching();
  const empty = pointCount ? word("noMatch") : word("noPoints");
  refill(find("#applications"), found.length ? found.slice(0, MOST_LISTED).map(pointLine) : h("li", { class: "quiet" }, empty));
  find("#applications-count").textContent = countText(found.length);
}

find("#search").addEventListener("input", drawApplications);
observe((changed) => (changed.has("language") || changed.has("yearIndex")) && drawApplications());
