/* What the small map of Okinawa shows of a plan. */

const inOkinawa = (row) => row.area === "okinawa" && hasPlace(row);

function okinawaFill() {
  return map.hasLayer(groups.margins) ? marginColour(marginOf("okinawa")) : colour("land");
}

function okinawaMarks() {
  return [...currentRun().candidates.filter(inOkinawa).map(insetCandidate), ...currentRun().sites.filter(inOkinawa).map(insetSite)];
}

function insetCandidate(candidate) {
  const [cx, cy] = insetPoint(candidate.lat, candidate.lon);
  return s("circle", { cx, cy, r: 2.8, fill: colour("hollow"), stroke: colour("candidate"), "stroke-width": 1.3 });
}

function insetSite(site) {
  const [cx, cy] = insetPoint(site.lat, site.lon);
  const online = contractMw(site) > 0;
  return s("circle", {
    cx, cy, r: siteRadius(contractMw(site)) / zoomFactor(), "stroke-width": 1.4, fill: online ? startColour(site) : colour("hollow"), stroke: online ? ringColour(site) : waitingColour(site),
  });
}
