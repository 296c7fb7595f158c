/* What opens on a click on a site: why it ranks where it does, and what is not known about it. */

function sitePopup(key) {
  const row = placeByKey.get(key);
  const { site } = row;
  return h("div", { class: "popup site-popup" },
    heading(site),
    h("p", { class: "tags" },
      h("span", { class: "tag start" }, h("i", { style: { background: colour("site") } }), rankText(row)),
      tag(areaName(site.area)), site.in_cluster && tag(word("inCluster"), "plain"), row.out && tag(word("nowExcluded"), "out")),
    figures([
      [word("score"), scoreText(row.score), ""],
      [word("openHa"), number(site.open_ha), isKnown(site.open_ha) && "ha"],
      isKnown(site.route_km) ? [word("route"), number(site.route_km, 1), "km"] : [word("straight"), number(site.straight_km, 1), isKnown(site.straight_km) && "km"],
    ]),
    paired(site, "reason") && h("p", { class: "reason" }, paired(site, "reason")),
    part(word("criteria"), scoreBars((each) => own(site.scores, each.criterion), (each) => own(site.values, each.criterion)), knownShareLine(site)),
    part(word("connection"), facts(connectionFacts(site))),
    part(word("siteLand"), facts(landFacts(site))),
    part(word("stability"), rankRange(site), stabilityLine(site)),
    part(word("network"), facts(networkFacts(site))),
    part(word("siteUnknown"), bullets(siteUnknowns(site))));
}

const own = (table, key) => (table && Object.hasOwn(table, key) ? table[key] : null);

function knownShareLine(site) {
  if (!isKnown(site.known_weight_share) || site.known_weight_share >= 0.9995) return null;
  return h("p", { class: "quiet" }, `${word("knownWeight")} ${percent(site.known_weight_share)}`);
}

function connectionFacts(site) {
  const point = pointByKey.get(site.point);
  const cost = money(site.route_cost_myen);
  return [
    [word("point"), (point && nameOf(point)) || String(site.point_name || site.point || UNKNOWN)],
    [word("voltage"), kilovolts(site.voltage_kv)],
    [word("straight"), kilometres(site.straight_km)],
    [word("route"), kilometres(site.route_km)],
    isKnown(site.route_weighted_km) && [word("weighted"), kilometres(site.route_weighted_km)],
    [word("cost"), cost.join(" ").trim()],
    site.shared_km > 0 && [word("shared"), kilometres(site.shared_km)],
    list(site.shared_with).length > 0 && [word("sharedWith"), siteLinks(site.shared_with)],
  ];
}

/** Names of other sites that lead to them. */
function siteLinks(keys) {
  return list(keys).map((key) => {
    const other = siteByKey.get(key);
    return other ? h("button", { type: "button", class: "link", click: () => goToSite(key) }, nameOf(other)) : h("span", null, String(key));
  });
}

function landFacts(site) {
  return [
    [word("openHa"), hectares(site.open_ha)],
    [word("usableHa"), hectares(site.usable_ha)],
    [word("landMw"), isKnown(site.land_mw) ? power(site.land_mw).join(" ") : UNKNOWN],
    [word("cluster"), hectares(site.cluster_ha)],
    site.pruned_by && [word("prunedBy"), siteLinks([site.pruned_by])],
  ];
}

function stabilityLine(site) {
  const draws = summary.sensitivity && summary.sensitivity.draws;
  if (!draws || !isKnown(site.rank_p5)) return null;
  const top = isKnown(site.top_share) && `${word("inTop")} ${number(summary.sensitivity.top)}: ${percent(site.top_share)}`;
  return h("p", { class: "quiet" }, [`${number(draws)}${word("stabilityNote")}`, top].filter(Boolean).join(state.language === "ja" ? "。" : ". "));
}

function networkFacts(site) {
  const metros = Object.entries(site.latency_ms || {}).filter(([, ms]) => isKnown(ms));
  const metro = (key) => (Object.hasOwn(WORDS, `metro_${key}`) ? word(`metro_${key}`) : key);
  const near = (km, group) => (isKnown(km) ? [kilometres(km, 0), group && ` (${group} km)`] : UNKNOWN);
  return [
    metros.length > 0 && [word("latency"), metros.map(([key, ms]) => `${metro(key)} ${number(ms, 1)} ms`).join(" · ")],
    [word("ix"), near(site.ix_km, site.ix_class)],
    [word("landing"), near(site.landing_km, site.landing_class)],
  ];
}

function siteUnknowns(site) {
  const scored = criteria.filter((row) => !isKnown(own(site.scores, row.criterion))).map(criterionName);
  const figure = [["usable_ha", "usableHa"], ["route_km", "route"], ["route_cost_myen", "cost"], ["voltage_kv", "voltage"], ["cluster_ha", "cluster"], ["ix_km", "ix"], ["landing_km", "landing"]];
  return [...scored, ...figure.filter(([name]) => !isKnown(site[name])).map(([, key]) => word(key))];
}
