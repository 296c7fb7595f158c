/* The list of buses: ranking, search and the way in for keyboard and screen reader. */

const MOST_LISTED = 100;

/** Buses looked at that the filter shows, most N-1 room first; those without a limit last. */
function ranking() {
  return buses.filter((bus) => isShown(bus.kv)).map((bus) => ({ bus, row: rowOf(bus.bus) })).filter(({ row }) => row)
    .sort((one, other) => figureOf(other.bus.bus) - figureOf(one.bus.bus));
}

function matches({ bus, row }) {
  const asked = find("#search").value.trim().toLowerCase();
  const texts = [bus.bus, bus.name, bus.area && areaName(bus.area), branchTitle(row.n1_branch), branchTitle(row.n0_branch)];
  return !asked || texts.some((text) => String(text || "").toLowerCase().includes(asked));
}

function busLine({ bus, row }, place) {
  const about = [kilovolts(bus.kv), row.n1_branch && `${word("bind")}: ${branchTitle(row.n1_branch)}`, !hasPlace(bus) && word("noPlace")].filter(Boolean).join(" · ");
  return h("li", null, h("button", {
    type: "button", "data-bus": bus.bus, click: () => goToBus(bus.bus),
    mouseenter: () => highlight(bus.bus, true), mouseleave: () => highlight(bus.bus, false),
  },
  h("span", { class: "rank" }, place + 1),
  h("span", { class: "name" }, busTitle(bus), h("small", null, about)),
  h("span", { class: "figure" }, isKnown(row.n1_mw) ? [number(row.n1_mw), h("small", null, "MW")] : h("small", null, word("noLimit")))));
}

function drawRanking() {
  const found = ranking().filter(matches);
  const empty = word(buses.length ? "noMatch" : "noRows");
  refill(find("#ranking"), found.length ? found.slice(0, MOST_LISTED).map(busLine) : h("li", { class: "quiet" }, empty));
  const [all, some] = [number(found.length), number(Math.min(found.length, MOST_LISTED))];
  const text = state.language === "ja" ? `${word("ofAll")}${all}件中${some}${word("shownOf")}` : `${some} ${word("ofAll")} ${all} ${word("shownOf")}`;
  const rest = buses.length - located.length;
  find("#ranking-count").textContent = [found.length > MOST_LISTED && text, rest > 0 && `${word("noPlace")}: ${number(rest)}`].filter(Boolean).join(" · ");
}

find("#search").addEventListener("input", drawRanking);
observe((changed) => ["language", "rule", "hidden"].some((choice) => changed.has(choice)) && drawRanking());
