/* What the network says: of a line, of a site it holds back, and of the queue before a zone. */

const ratingOf = (line) => [megawatts(line.rating_mw), isKnown(line.rating_mw) && ratingsAssumed() && mark("assumed")];
const placeName = (place) => (place === "network" ? word("stressCase") : String(place));
const outageText = (line) => (line.outage ? afterLoss(outageName(line)) : word("inService"));

function lineHint({ lines: [worst, ...others] }) {
  return h("span", null, h("b", null, lineName(worst)), ` ${kilovolts(worst.kv)} · ${percent(worst.worst_share)}`,
    others.length > 0 && ` (+${others.length})`,
    h("br"), `${word("flow")} ${megawatts(flowMw(worst))} · ${word("rating")} `, ratingOf(worst),
    isKnown(worst.worst_share) && [h("br"), outageText(worst)]);
}

function linePopup({ lines: [worst, ...others] }) {
  return h(
    "div", { class: "popup" },
    h("h3", null, lineName(worst)),
    h("p", { class: "tags" }, tag(kilovolts(worst.kv)), tag(fiscalYear(years.at(-1))), worst.place && tag(placeName(worst.place))),
    figures([
      [word("worstLoad"), percent(worst.worst_share)],
      [word("flow"), number(flowMw(worst)), "MW"],
      [word("rating"), number(worst.rating_mw), "MW", isKnown(worst.rating_mw) && ratingsAssumed() && mark("assumed")],
    ]),
    isKnown(worst.worst_share) && h("p", null, outageText(worst)),
    part(word("circuits"), bullets(others.map((line) => `${lineName(line)} · ${percent(line.worst_share)} · ${outageText(line)}`))),
  );
}

/** Which branch, after which outage, keeps a site out or leaves it little room. */
function networkPart(row) {
  const held = currentRun().refusals.get(row.site);
  if (!held || !held.branch) return null;
  const branch = String(held.branch_name || held.branch);
  const outage = String(held.outage_name || held.outage || "");
  return part(
    word("networkHolds"),
    held.kept_out && h("p", { class: "warning" }, word("keptOut")),
    h("p", null, `${word("fillsFirst")}: ${branch} (${outage ? afterLoss(outage) : word("inService")}, ${placeName(held.place)}, ${fiscalYear(held.fiscal_year)})`),
    h("p", { class: "quiet" }, `${word("roomLeft")}: ${megawatts(held.room_mw)}`),
  );
}

/** Published, held and left at a zone, where the run takes a queue off it. */
function queuePart(zone) {
  const row = currentRun().queued.get(zone.zone);
  if (!row) return null;
  const open = (mw) => (isKnown(mw) ? Math.max(0, mw) : mw);
  return part(
    word("queueTitle"),
    h("p", { class: "tags" }, tag(word(`standing_${row.standing}`), "plain"), tag(fiscalYear(row.fiscal_year))),
    figures([
      [word("published"), megawattRange(row.published_low_mw, row.published_high_mw)],
      [word("held"), megawatts(row.held_mw)],
      [word("left"), megawattRange(open(row.low_mw), open(row.high_mw))],
    ]),
  );
}
