/* What the shared dialog says first: overloads of the base case, and how the file was read. */

const violationRows = () => list(summary.violations).map((row) => [branchLink(row.branch), row.outage ? branchTitle(row.outage) : word("none"), megawatts(row.flow_mw), megawatts(row.rating_mw)]);

function ownNotes() {
  const notes = list(summary.notes).map(String);
  return [
    h("p", null, word("notAdditive")),
    h("p", null, `${word("balance")}: ${word(`balance_${summary.balance}`)}`),
    list(summary.violations).length > 0 && [h("h3", null, word("violations")), table([word("branch"), word("outage"), word("flow"), word("rating")], violationRows())],
    notes.length > 0 && [h("h3", null, word("readerNotes")), bullets(notes)],
  ];
}
