/* What an explanation says of the run in view. */

const explanationOf = (run = currentRun()) => pageData.runs[runs.indexOf(run)].explanation || {};
const alternativesOf = () => explanationOf().alternatives || { sites: [], plans: [], counts: {}, lines: [] };
const pricesOf = () => list(explanationOf().prices).filter((row) => row.worth_myen > 0);

/** A site or candidate with a place, by its key. */
function placeOf(site) {
  const run = currentRun();
  const row = run.sites.find((each) => each.site === site) || run.candidates.find((each) => each.site === site);
  return row && hasPlace(row) ? row : null;
}

const explanationNotes = () => list(explanationOf().notes).map((note) => h("p", { class: "warning" }, inLanguage(note)));

/** Million yen in the unit in which a person counts so much: 万円 and 億円, millions and billions. */
function yen(myen) {
  if (!isKnown(myen)) return UNKNOWN;
  const short = (amount) => number(amount, amount >= 100 ? 0 : amount >= 10 ? 1 : 2).replace(/\.0+$/, "");
  if (state.language === "ja") return myen >= 100 ? `${short(myen / 100)}億円` : `${number(myen * 100)}万円`;
  return myen >= 1000 ? `¥${short(myen / 1000)} bn` : `¥${short(myen)} M`;
}
