/* What to check in the list itself: first in the notes, and as a line in the panel. */

const MOST_IDS = 12;
const notices = list(summary.notices);

function ownNotes() {
  if (!notices.length) return [];
  return [h("h3", null, word("notices")), h("ul", { class: "lines" }, notices.map(noticeLine))];
}

function noticeLine(notice) {
  const ids = list(notice.ids).map(String);
  const more = ids.length > MOST_IDS ? ` … +${ids.length - MOST_IDS}` : "";
  return h("li", null, inLanguage(notice), ids.length > 0 && [" ", h("code", null, ids.slice(0, MOST_IDS).join(", ") + more)]);
}

function drawNotices() {
  const button = find("#notices");
  button.hidden = notices.length === 0;
  button.textContent = `${word("checks")} (${number(notices.length)})`;
}

find("#notices").addEventListener("click", () => find("#notes").showModal());
observe((changed) => changed.has("language") && drawNotices());
