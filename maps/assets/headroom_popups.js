/* What opens on a click on a bus or on a line. */

function facts(rows) {
  const known = rows.filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== "" && row[1] !== false);
  return known.length > 0 && h("table", { class: "facts" }, h("tbody", null, known.map(([label, value]) =>
    h("tr", null, h("th", { scope: "row" }, label), h("td", null, value)))));
}

/** A branch by name; a button where the map can show it. */
function branchLink(key) {
  if (!key) return null;
  const branch = branchByKey.get(key);
  const placed = branch && [branch.from_bus, branch.to_bus].some((end) => busByKey.has(end) && hasPlace(busByKey.get(end)));
  return placed ? h("button", { type: "button", class: "link", click: () => goToBranch(key) }, branchTitle(key)) : h("span", null, branchTitle(key));
}

const busLink = (key) => {
  const bus = busByKey.get(key);
  if (!bus) return h("span", null, String(key));
  return hasPlace(bus) ? h("button", { type: "button", class: "link", click: () => goToBus(key) }, busTitle(bus)) : h("span", null, busTitle(bus));
};

const roomFigure = (mw) => (isKnown(mw) ? [number(mw), "MW"] : [word("noLimit"), ""]);

function busPopup(bus) {
  const row = rowOf(bus.bus);
  const others = list(busesByPlace.get(placeKey(bus))).filter((each) => each.bus !== bus.bus);
  return h("div", { class: "popup" },
    h("h3", null, busTitle(bus), bus.bus !== busTitle(bus) && h("small", null, String(bus.bus))),
    h("p", { class: "tags" }, tag(kilovolts(bus.kv)), areaByKey.has(bus.area) && tag(areaName(bus.area), "plain"), rules.length > 1 && tag(word(`rule_${currentRule()}`), "plain")),
    row ? roomParts(bus, row) : h("p", { class: "quiet" }, word("notAsked")),
    part(word("samePlace"), others.length > 0 && h("p", { class: "links" }, others.map((each) => h("span", null, busLink(each.bus), ` ${kilovolts(each.kv)}`)))));
}

/** Why a figure is what it is, where no branch alone says it. */
const reasonText = (reason) => (Object.hasOwn(WORDS, `reason_${reason}`) ? word(`reason_${reason}`) : null);

function roomParts(bus, row) {
  return [
    figures([[word("n1"), ...roomFigure(row.n1_mw)], [word("n0"), ...roomFigure(row.n0_mw)], [word("load"), number(bus.load_mw), "MW"]]),
    part(word("limitN1"), facts([[word("overloads"), branchLink(row.n1_branch)], [word("outageOf"), branchLink(row.n1_outage) || (row.n1_branch && word("none"))], [word("reason"), reasonText(row.n1_reason)]])),
    part(word("limitN0"), facts([[word("overloads"), branchLink(row.n0_branch)], [word("reason"), reasonText(row.n0_reason)]])),
    h("p", { class: "warning" }, word("notAdditive")),
  ];
}

/** Flow with its direction: from the sending to the receiving bus. */
function flowText(branch) {
  if (!isKnown(branch.flow_mw)) return UNKNOWN;
  const ends = branch.flow_mw < 0 ? [branch.to_bus, branch.from_bus] : [branch.from_bus, branch.to_bus];
  return h("span", null, `${megawatts(Math.abs(branch.flow_mw))} `, h("small", null, ends.map((key) => (busByKey.has(key) ? busTitle(busByKey.get(key)) : String(key))).join(" → ")));
}

function branchFacts(branch) {
  const count = (branch.binds || {})[currentRule()];
  const kind = loadingKind(branch.loading_share);
  return [
    h("p", { class: "tags" }, tag(word(`kind_${branch.kind}`)), tag(kilovolts(kvOfBranch(branch)), "plain"),
      h("span", { class: "tag start" }, h("i", { style: { background: loadingColour(kind) } }), word(`load_${kind}`))),
    facts([
      [word("flow"), flowText(branch)], [word("rating"), isKnown(branch.rating_mw) ? megawatts(branch.rating_mw) : word("load_none")],
      [word("loading"), percent(branch.loading_share)], [word("binds"), isKnown(count) && number(count)], [word("length"), isKnown(branch.km) && `${number(branch.km, 1)} km`],
    ]),
    h("p", { class: "links" }, busLink(branch.from_bus), busLink(branch.to_bus)),
  ];
}

function branchPopup(some) {
  const [first, ...rest] = some;
  return h("div", { class: "popup" },
    h("h3", null, branchTitle(first.branch), branchTitle(first.branch) !== String(first.branch) && h("small", null, String(first.branch))),
    branchFacts(first),
    rest.length > 0 && h("h4", { class: "beside" }, word("parallel")),
    rest.map((branch) => part(branchTitle(branch.branch), branchFacts(branch))));
}
