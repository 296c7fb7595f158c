/* Limits that only some runs have: low headroom, waiting, branches of the network. */

const MOST_BRANCHES = 3;

function moreLimitRows() {
  return [...lowHeadroomRows(), ...waitingRows(), ...branchRows()];
}

/** Power needed against what stays if the worst groups are at their low end. */
function lowHeadroomRows() {
  return rowsNow("robust").map((row) => {
    const kept = row.connected_it_mw - row.lost_it_mw;
    const share = kept > 0 ? row.needed_it_mw / kept : Number(row.needed_it_mw > 0);
    return { label: word("lowHeadroom"), share, over: row.needed_it_mw > kept + 0.5, text: `${number(row.needed_it_mw)} / ${number(kept)} MW` };
  });
}

function waitingRows() {
  const waiting = currentSummary().waiting;
  return list(waiting && waiting.years).filter((row) => row.fiscal_year === currentYear() && row.wanted_it_mw > 0).map((row) => ({
    label: word("waitingLimit"), share: row.late_it_mw / row.wanted_it_mw, over: false, text: `${number(row.late_it_mw)} / ${number(row.wanted_it_mw)} MW`,
  }));
}

/** Branches that bind in this year, dearest first: all of them are at their limit. */
function branchRows() {
  const rows = list(networkOf().binding).filter((row) => row.fiscal_year === currentYear());
  return rows.slice(0, MOST_BRANCHES).map((row) => {
    const outage = String(row.outage_name || row.outage || "");
    return { label: `${word("networkLimit")}: ${row.branch_name || row.branch}`, share: 1, over: false, text: outage ? afterLoss(outage) : word("inService") };
  });
}
