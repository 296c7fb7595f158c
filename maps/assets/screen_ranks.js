/* Scores and ranks of the sites under the current weights. */

const runRanks = new Map(sites.map((site) => [site.site, site.rank]));

/** Score of a site: the run's own, or the mean of what is known by the reader's weights. */
function siteScore(site) {
  if (isOwnWeights()) return isKnown(site.score) ? site.score : null;
  let [sum, known] = [0, 0];
  criteria.forEach((row, index) => {
    const score = site.scores && site.scores[row.criterion];
    if (!isKnown(score)) return;
    sum += criterionWeight(index) * score;
    known += criterionWeight(index);
  });
  return known > 0 ? sum / known : null;
}

/** Whether rules that the reader switched on take the site's own cell out. */
function isSiteOut(site) {
  if (isOwnRules()) return false;
  const cell = cellAt(L.latLng(site.lat, site.lon));
  return cell >= 0 && isOut(cell, masks(state.active)) && !isOut(cell, masks(RUN_RULES));
}

/** The ranking as [{site, score, rank, out}], best first; the run's own order where it is the run's. */
function rankSites() {
  const rows = sites.map((site) => ({ site, score: siteScore(site), out: isSiteOut(site) }));
  const runRank = ({ site }) => (isKnown(site.rank) ? site.rank : Infinity);
  const byRun = (one, other) => runRank(one) - runRank(other) || 0;
  const byScore = (one, other) => (other.score ?? -1) - (one.score ?? -1) || byRun(one, other);
  rows.sort((one, other) => one.out - other.out || (isOwnWeights() ? byRun(one, other) : byScore(one, other)));
  rows.forEach((row, index) => { row.rank = index + 1; });
  return rows;
}

let ranking = [];
let placeByKey = new Map();

observe((changed) => {
  if (!changed.has("factors") && !changed.has("active")) return;
  ranking = rankSites();
  placeByKey = new Map(ranking.map((row) => [row.site.site, row]));
});

/* Sites that stay on top under almost any weights; what that means is said in the legend. */
const firmSites = new Set(list(summary.sensitivity && summary.sensitivity.always));
const isFirm = (site) => !summary.sensitivity || firmSites.has(site.site);
