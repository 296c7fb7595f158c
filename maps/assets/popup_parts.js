/* Parts of popups. Each popup is built when it opens, so it speaks the current language. */

/** A small tag beside a figure saying how far to trust it. */
function mark(kind, label = markLabel(kind)) {
  if (!kind) return null;
  const weak = /^(assumed|memory_|second_hand)/.test(kind);
  return h("span", { class: weak ? "mark weak" : "mark" }, label);
}

const tag = (text, kind = "") => text && h("span", { class: `tag ${kind}` }, text);

function heading(row) {
  const other = nameOf(row, state.language === "ja" ? "en" : "ja");
  return h("h3", null, nameOf(row), other !== nameOf(row) && h("small", { lang: state.language === "ja" ? "en" : "ja" }, other));
}

function figures(entries) {
  return h("dl", { class: "figures" }, entries.map(([label, figure, unit, extra]) =>
    h("div", null, h("dt", null, label), h("dd", null, figure, unit && h("small", null, unit), extra))));
}

function part(title, ...content) {
  const filled = content.flat(2).filter(Boolean);
  return filled.length ? h("section", null, h("h4", null, title), filled) : null;
}

const bullets = (lines) => lines.length > 0 && h("ul", { class: "lines" }, lines.map((line) => h("li", null, line)));

function sourceLines(ids) {
  return bullets(list(ids).map((id) => {
    const source = sourceOf(id);
    if (!source) return String(id);
    return h("span", null, webLink(source.url, source.title || id), source.as_of && ` (${source.as_of})`, list(source.confidence_marks).map((each) => mark(each)));
  }));
}
