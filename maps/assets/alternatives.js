/* Sites by what the plans of nearly the same cost have, each status with a shape of its own. */

const STATUS_SHAPES = {
  always: "M-6.5-6.5h13v13h-13z",
  sometimes: "M0-8L7.8 6h-15.6z",
  undecided: "M0-8L8 0L0 8L-8 0z",
  never: "M-5.5-5.5L5.5 5.5M5.5-5.5L-5.5 5.5",
};
const STATUSES = Object.keys(STATUS_SHAPES);

function statusSign(status, size = 22) {
  const shape = (attributes) => s("path", { d: STATUS_SHAPES[status], "stroke-linejoin": "round", "stroke-linecap": "round", ...attributes });
  const filled = status === "always" || status === "sometimes";
  return s("svg", { width: size, height: size, viewBox: "-11 -11 22 22", "aria-hidden": "true" },
    shape({ fill: "none", stroke: colour("halo"), "stroke-width": 6 }),
    shape({ fill: filled ? colour(`alt-${status}`) : status === "never" ? "none" : colour("hollow"), stroke: colour(`alt-${status}`), "stroke-width": filled ? 1 : 2.6 }));
}

let statusMarks = [];

function drawAlternatives() {
  groups.alternatives.clearLayers();
  statusMarks = alternativesOf().sites.filter((row) => placeOf(row.site)).map(statusMark);
  statusMarks.forEach(({ marker }) => groups.alternatives.addLayer(marker));
}

function statusMark(row) {
  const { lat, lon } = placeOf(row.site);
  const figure = h("span", { class: "badge" }, statusSign(row.status));
  const marker = L.marker([lat, lon], { pane: "alternatives", keyboard: false, zIndexOffset: ABOVE_ALL, icon: badgeIcon(figure) });
  const open = () => openPopup(marker.getLatLng(), () => alternativePopup(row), marker);
  marker.bindTooltip(() => h("span", null, h("b", null, inLanguage(row.name)), ` ${word(`is_${row.status}`)}`), { className: "hint", direction: "top", offset: [0, -10] });
  marker.on("click", open).on("add", () => {
    const element = marker.getElement();
    element.dataset.status = row.status;
    element.dataset.alternative = row.site;
    element.setAttribute("aria-label", `${inLanguage(row.name)} ${word(`is_${row.status}`)}`);
    makeOpenable(element, open);
  });
  return { row, figure, marker };
}

function alternativePopup(row) {
  const place = placeOf(row.site);
  return h(
    "div", { class: "popup" },
    heading(place),
    placeLine(place),
    h("p", { class: "tags" }, h("span", { class: "tag" }, inLanguage(row.word)), tag(word(row.in_plan ? "inThisPlan" : "notInThisPlan"), "plain")),
    h("p", null, word(`means_${row.status}`)),
    part(word(row.in_plan ? "costWithout" : "costWith"), h("p", { class: "told" }, h("b", null, inLanguage(row.cost)))),
    part(word("foundIn"), h("p", null, `${row.found_in} / ${row.of_plans}`)),
    part(word("binding"), bullets(list(row.binding).map(inLanguage))),
    part(word("nextBest"), row.next_best && h("p", null, inLanguage(row.next_best))),
    h("p", { class: "more" }, h("button", { type: "button", class: "ghost", click: () => markerByKey.get(row.site).openDetails() }, word("openSite"))),
  );
}

function withinLine() {
  const share = `${number(alternativesOf().percent, alternativesOf().percent % 1 ? 1 : 0)}%`;
  return h("p", null, state.language === "ja" ? `費用の増加が${share}以内の計画すべてから見た地点` : `Sites over all plans that cost at most ${share} more`);
}

LAYER_ROWS.alternatives = () => alternativesOf().sites;
LEGENDS.alternatives = () => [
  explanationNotes(),
  withinLine(),
  h("div", { class: "statuses" }, STATUSES.filter((status) => alternativesOf().counts[status]).map((status) =>
    h("span", null, statusSign(status, 18), word(`is_${status}`), h("b", null, alternativesOf().counts[status])))),
  h("p", { id: "held-back" }, heldBackLine()),
  planParts(),
  alternativesOf().lines.map((line) => h("p", null, inLanguage(line))),
];
SWITCHED.push("alternatives");
