/* Branches between two places, parallel ones as one line in the colour of the worst. */

const branchPaint = L.svg({ pane: "branches", padding: 0.5 });

function corridors() {
  const found = new Map();
  for (const branch of branches) {
    const [from, to] = [busByKey.get(branch.from_bus), busByKey.get(branch.to_bus)];
    if (!from || !to || !hasPlace(from) || !hasPlace(to) || placeKey(from) === placeKey(to)) continue;
    const key = [placeKey(from), placeKey(to)].sort().join("~");
    if (!found.has(key)) found.set(key, { places: [[from.lat, from.lon], [to.lat, to.lon]], branches: [] });
    found.get(key).branches.push(branch);
  }
  return [...found.values()];
}

const lines = corridors().map(({ places, branches: all }) => {
  const paint = { pane: "branches", renderer: branchPaint };
  const casing = L.polyline(places, { ...paint, color: colour("casing"), opacity: 0.85, interactive: false });
  const reach = L.polyline(places, { ...paint, opacity: 0, weight: 12, className: "reach" }); // a thin line is hard to hit
  const line = L.polyline(places, { ...paint, interactive: false });
  const one = { all, casing, line, reach, places };
  reach.bindTooltip(() => branchHint(shownOf(one)), { className: "hint", sticky: true });
  reach.on("click", ({ latlng }) => openBranches(one, latlng));
  return one;
});
const lineOfBranch = new Map(lines.flatMap((one) => one.all.map((branch) => [branch.branch, one])));

const shownOf = ({ all }) => all.filter((branch) => isShown(kvOfBranch(branch)));
const worstFirst = (some) => [...some].sort((one, other) => branchLook(other).rank - branchLook(one).rank || (other.loading_share || 0) - (one.loading_share || 0));

function branchHint(some) {
  const [worst] = worstFirst(some);
  if (!worst) return h("span");
  return h("span", null, h("b", null, branchTitle(worst.branch)), ` ${kilovolts(kvOfBranch(worst))} · ${percent(worst.loading_share)}`, some.length > 1 && ` (+${some.length - 1})`);
}

function openBranches(one, at) {
  const opener = document.activeElement;
  openPopup(at, () => branchPopup(worstFirst(one.all)), { getElement: () => opener });
}

/** Bring a branch into view and open it. */
function goToBranch(key) {
  const one = lineOfBranch.get(key);
  const branch = branchByKey.get(key);
  if (!branch) return;
  const end = [busByKey.get(branch.from_bus), busByKey.get(branch.to_bus)].find((bus) => bus && hasPlace(bus));
  if (!end) return;
  showPanel(false);
  const bounds = L.latLngBounds(one ? one.places : [[end.lat, end.lon]]);
  map.fitBounds(bounds.pad(0.8), { ...viewPadding(), maxZoom: Math.max(map.getZoom(), 9) });
  const opener = document.activeElement;
  openPopup(bounds.getCenter(), () => branchPopup([branch]), { getElement: () => opener });
}

function styleBranches() {
  const drawn = [];
  for (const one of lines) {
    for (const each of [one.casing, one.reach, one.line]) groups.branches.removeLayer(each);
    const [worst] = worstFirst(shownOf(one));
    if (!worst) continue;
    const { stroke, more, dash, rank } = branchLook(worst);
    const weight = Math.max(1, branchWidth(kvOfBranch(worst)) + more);
    one.casing.setStyle({ weight: weight + 2.4 });
    one.line.setStyle({ color: stroke, weight, dashArray: dash });
    drawn.push([rank, one]);
  }
  drawn.sort(([one], [other]) => one - other); // the worst lie on top
  for (const name of ["casing", "line", "reach"]) for (const [, one] of drawn) groups.branches.addLayer(one[name]);
}

map.on("zoomend", styleBranches);
observe((changed) => ["rule", "paint", "hidden"].some((choice) => changed.has(choice)) && styleBranches());
