/* What opens on a click of the plan map. */

/** Where it is, how exactly that is known, and from what kind of source. */
function placeLine(row) {
  const area = areaByKey.get(row.area);
  const names = [prefectureName(row.prefecture), area && nameOf(area)].filter(Boolean);
  const precision = isKnown(row.precision_km) && `±${number(row.precision_km, row.precision_km < 1 ? 1 : 0)} km`;
  return h("p", { class: "place", title: precision && `${word("precision")} ${precision}` },
    [...new Set(names), precision].filter(Boolean).join(" · "), "site" in row && mark(row.confidence));
}

/** Headroom of a candidate: figures, how they are known, and the contract against them. */
function headroomPart(row, contract) {
  const basis = row.headroom_basis;
  return part(
    word("headroom"),
    h("p", { class: "headroom" }, h("b", null, megawattRange(row.headroom_low_mw, row.headroom_high_mw)),
      basis && mark(basis, word(`basis_${basis}`))),
    rangeBar(row.headroom_low_mw, row.headroom_high_mw, contract),
    contract > 0 && h("p", { class: "quiet" }, word("tickIsContract")),
  );
}

function sitePopup(site) {
  const now = site.years.get(currentYear()) || { contract_mw: contractMw(site), it_mw: 0 };
  const next = site.next_best;
  return h(
    "div", { class: "popup" },
    heading(site),
    placeLine(site),
    h("p", { class: "tags" },
      isKnown(site.start_fiscal_year) && h("span", { class: "tag start" }, h("i", { style: { background: startColour(site) } }), `${word("from")} ${fiscalYear(site.start_fiscal_year)}`),
      isKnown(site.voltage_kv) && tag(`${number(site.voltage_kv)} kV`)),
    figures([
      [`${word("contract")} ${currentYear()}`, number(now.contract_mw), "MW"],
      [word("itLoad"), number(now.it_mw), "MW"],
      [word("yearlyCost"), ...money(siteCost(site))],
    ]),
    yearChart(years.map((year) => [year, contractMw(site, year)]), { stroke: lineColour(site), label: word("mwByYear"), format: (mw) => number(mw) }),
    headroomPart(site, now.contract_mw),
    part(word("why"), bullets(list(site.why && site.why[state.language]).map(String))),
    part(word("binding"), bullets(list(site.binding).map(inLanguage))),
    networkPart(site),
    part(word("nextBest"), next && h("p", null, inLanguage(next))),
    list(site.costs).length > 0 && part(word("costItems"), costBar(site.costs)),
    part(word("sources"), sourceLines(site.sources)),
  );
}

/** Sum of the cost items as they stand; unknown if one of them is. */
function siteCost(site) {
  const costs = list(site.costs).map((row) => row.myen_per_year);
  return costs.length && costs.every(isKnown) ? costs.reduce((sum, each) => sum + each, 0) : null;
}

function candidatePopup(candidate) {
  return h(
    "div", { class: "popup" },
    heading(candidate),
    placeLine(candidate),
    h("p", { class: "tags" }, tag(word(`status_${candidate.status}`), "plain"), isKnown(candidate.voltage_kv) && tag(`${number(candidate.voltage_kv)} kV`)),
    part(word("whyNot"), candidate.reason && h("p", null, inLanguage(candidate.reason))),
    networkPart(candidate),
    headroomPart(candidate, null),
    part(word("sources"), sourceLines(candidate.sources)),
  );
}

function zonePopup(zone) {
  return h(
    "div", { class: "popup" },
    heading(zone),
    placeLine(zone),
    h("p", { class: "tags" }, tag(word("zones"), "zone"), mark(zone.confidence)),
    figures([
      [word("range"), megawattRange(zone.low_mw, zone.high_mw)],
      [word("voltage"), number(zone.voltage_kv), isKnown(zone.voltage_kv) && "kV"],
      [word("leadTime"), yearsRange(zone.lead_low_y, zone.lead_high_y)],
    ]),
    rangeBar(zone.low_mw, zone.high_mw, null),
    queuePart(zone),
    zone.additive_group && h("p", { class: "warning" }, word("additive"), ` (${word("group")}: ${zone.additive_group})`),
    part(word("sources"), sourceLines([zone.source]), zone.as_of && h("p", { class: "quiet" }, `${word("asOf")}: ${zone.as_of}`)),
  );
}

const TIE_KINDS = new Map([["ac", "AC"], ["hvdc", "HVDC"], ["fc", "50/60 Hz FC"]]);

function tiePopup(tie) {
  const now = tieNow(tie);
  return h(
    "div", { class: "popup" },
    heading(tie),
    h("p", { class: "tags" }, tag(TIE_KINDS.get(tie.kind) || String(tie.kind)), tag(fiscalYear(currentYear()))),
    figures([
      [word("meanUse"), percent(now.mean_use_share)],
      [`${word("capacity")} →`, number(now.capacity_forward_mw), "MW"],
      [`${word("capacity")} ←`, number(now.capacity_reverse_mw), "MW"],
    ]),
    yearChart(years.map((year) => [year, tieAt(tie, year).mean_use_share]), { stroke: colour("calm"), label: word("meanUse"), format: (share) => percent(share), line: 0.8 }),
    h("p", null, `${word("meanFlow")}: ${isKnown(now.mean_flow_mw) ? `${now.mean_flow_mw < 0 ? "←" : "→"} ${megawatts(Math.abs(now.mean_flow_mw))}` : UNKNOWN}`),
    tie.loop && h("p", { class: "warning" }, word("loopWarning")),
  );
}

function areaPopup(area) {
  const rows = rowsNow("areas").filter((row) => row.area === area.area);
  const tightest = marginOf(area.area);
  return h(
    "div", { class: "popup" },
    heading(area),
    h("p", { class: "tags" }, tag(`${word("margin")} · ${fiscalYear(currentYear())}`)),
    yearChart(years.map((year) => [year, (marginOf(area.area, year) || {}).margin_share]), {
      stroke: colour("calm"), label: word("margin"), format: (share) => percent(share), line: tightest ? tightest.required_share : null,
    }),
    h("table", { class: "margins" },
      h("thead", null, h("tr", null, ["", word("marginShort"), word("requiredShort"), word("supply"), word("demand"), word("dataCentres"), word("netImport")].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, rows.map((row) => h("tr", { class: isTight(row) ? "over" : "" },
        h("th", { scope: "row" }, `${String(row.standard).toUpperCase()} ${word(`season_${row.season}`)}`),
        [percent(row.margin_share, 1), percent(row.required_share), number(row.supply_mw), number(row.demand_mw), number(row.dc_mw), number(row.net_import_mw)].map((text) => h("td", null, text)))))),
    h("p", { class: "quiet" }, `MW. ${word("marginNote")}`),
  );
}
