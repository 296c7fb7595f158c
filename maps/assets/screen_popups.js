/* What opens on a click on a cell, a connection point or an existing hub. */

function cellPopup(cell) {
  const shade = cellShade[cell];
  const score = liveScore[cell] === NO_SCORE ? null : liveScore[cell] / BEST;
  const held = rules.filter((_, index) => ruleHolds(cell, index));
  const { lat, lng } = cellMiddle(cell);
  return h("div", { class: "popup" },
    h("h3", null, word(shade === EXCLUDED ? "cellOut" : "cellOpen"), h("small", null, `${lat.toFixed(3)}, ${lng.toFixed(3)}`)),
    h("p", { class: "tags" },
      h("span", { class: "tag start" }, h("i", { style: { background: scoreColour(score) } }), `${word("score")} ${scoreText(score)}`),
      shade >= OPENED && tag(word("openedLegend"), "plain")),
    part(word("holdsHere"), bullets(held.map((rule) => h("span", null, ruleText(rule), " ", h("code", null, String(rule.rule)), !state.active[rules.indexOf(rule)] && h("small", null, word("switchedOff")))))),
    part(word("criteria"), scoreBars((_, index) => (scoreColumns[index][cell] === NO_SCORE ? null : scoreColumns[index][cell] / BEST))));
}

function pointPopup(point) {
  const users = sites.filter((site) => site.point === point.point).map((site) => site.site);
  return h("div", { class: "popup" },
    nameOf(point) ? heading(point) : h("h3", null, String(point.point)),
    h("p", { class: "tags" }, tag(isKnown(point.voltage_kv) ? kilovolts(point.voltage_kv) : word("kvUnknown")), mark(point.confidence, confidenceWord(point.confidence))),
    part(word("sitesHere"), users.length > 0 ? h("p", { class: "links" }, siteLinks(users)) : h("p", { class: "quiet" }, word("nothing"))));
}

/** Rules that excluded a hub, in words. */
const hubReasons = (hub) => list(hub.excluded_by).map((key) => (ruleByKey.has(key) ? ruleText(ruleByKey.get(key)) : String(key)));

function hubPopup(hub) {
  const reasons = hubReasons(hub);
  return h("div", { class: "popup" },
    heading(hub),
    h("p", { class: "tags" }, tag(word("hub"), "plain"), reasons.length > 0 && tag(word("cellOut"), "out")),
    figures([
      [word("score"), scoreText(hub.score), ""],
      [word("percentile"), number(hub.percentile), ""],
    ]),
    h("p", { class: "quiet" }, word("percentileNote")),
    part(word("excludedBy"), bullets(reasons)),
    hub.note && h("p", { class: "quiet" }, String(hub.note)));
}
