/* The list of sites: ranking, search and the way in for keyboard and screen reader. */

const MOST_LISTED = 100;

function matches({ site }) {
  const asked = find("#search").value.trim().toLowerCase();
  const texts = [site.name_ja, site.name_en, site.municipality_ja, site.site, site.point_name, prefectureName(site.prefecture_code)];
  return !asked || texts.some((text) => String(text || "").toLowerCase().includes(asked));
}

/** How far a site has moved from its rank in the run. */
function moveSign(row) {
  const before = runRanks.get(row.site.site);
  if (!isKnown(before) || before === row.rank) return null;
  const up = before > row.rank;
  return h("small", { class: up ? "up" : "down" }, `${up ? "▲" : "▼"}${Math.abs(before - row.rank)}`);
}

function siteLine(row) {
  const { site } = row;
  const about = [isKnown(site.route_km) ? kilometres(site.route_km) : isKnown(site.straight_km) && `${word("straight")} ${kilometres(site.straight_km)}`, isKnown(site.voltage_kv) && kilovolts(site.voltage_kv), isKnown(site.open_ha) && hectares(site.open_ha)];
  return h("li", null, h("button", {
    type: "button", class: row.out ? "out" : "", "data-site": site.site, click: () => goToSite(site.site),
    mouseenter: () => highlight(site.site, true), mouseleave: () => highlight(site.site, false),
  },
  h("span", { class: "rank" }, row.rank),
  h("span", { class: "name" }, nameOf(site), h("small", null, row.out ? word("nowExcluded") : about.filter(Boolean).join(" · "))),
  moveSign(row) || h("span"),
  h("span", { class: "figure" }, h("i", { style: { background: scoreColour(row.score) } }), scoreText(row.score))));
}

function drawRanking() {
  const found = ranking.filter(matches);
  const empty = sites.length ? word("noMatch") : word("noSites");
  refill(find("#ranking"), found.length ? found.slice(0, MOST_LISTED).map(siteLine) : h("li", { class: "quiet" }, empty));
  const [all, some] = [number(found.length), number(Math.min(found.length, MOST_LISTED))];
  const text = state.language === "ja" ? `${word("ofAll")}${all}件中${some}${word("shownOf")}` : `${some} ${word("ofAll")} ${all} ${word("shownOf")}`;
  find("#ranking-count").textContent = found.length > MOST_LISTED ? text : "";
}

find("#search").addEventListener("input", drawRanking);
addEventListener("beforeprint", drawRanking);
/* A list that nobody sees waits until it is seen. */
observe((changed) => state.view === "sites" && ["language", "view", "factors", "active"].some((choice) => changed.has(choice)) && drawRanking());
