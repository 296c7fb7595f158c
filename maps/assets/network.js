/* The network: straight lines in the colour of the worst load after any single outage. */

const networkPaint = paintOf("network");
const NETWORK_STEPS = [["calm", "< 80%"], ["busy", "80–99%"], ["tight", "100%"]];
const FULL_SHARE = 0.995;
const MOST_TABBED = 60; // the most loaded can be reached from the keyboard

function loadColour(share) {
  if (!isKnown(share)) return colour("unknown");
  return colour(share < 0.8 ? "calm" : share < FULL_SHARE ? "busy" : "tight");
}

const lineWidth = (kv) => (!isKnown(kv) || kv < 187 ? 1.6 : kv < 400 ? 2.2 : 3) * Math.min(1.5, zoomFactor());

function drawNetwork() {
  groups.network.clearLayers();
  const drawn = currentRun().corridors.map((one, place, all) => makeCorridor(one, place >= all.length - MOST_TABBED));
  for (const name of ["casing", "stroke", "reach"]) drawn.forEach((parts) => groups.network.addLayer(parts[name]));
  for (const place of busPlaces()) groups.network.addLayer(busDot(place));
}

function makeCorridor(corridor, tabbed) {
  const [worst] = corridor.lines;
  const weight = lineWidth(worst.kv);
  const line = (options) => L.polyline(corridor.coords, { pane: "network", renderer: networkPaint, lineJoin: "round", ...options });
  const reach = line({ opacity: 0, weight: 12, className: "reach", bubblingMouseEvents: false }); // a thin line is hard to hit
  const open = (at) => openPopup(at, () => linePopup(corridor), reach);
  reach.bindTooltip(() => lineHint(corridor), { className: "hint", sticky: true }).on("click", ({ latlng }) => open(latlng));
  reach.on("add", () => nameLine(reach.getElement(), worst, tabbed && (() => open(reach.getBounds().getCenter()))));
  return {
    casing: line({ color: colour("casing"), weight: weight + 2.4, opacity: 0.85, interactive: false }),
    stroke: line({ color: loadColour(worst.worst_share), weight, dashArray: isKnown(worst.worst_share) ? null : "5 4", interactive: false }),
    reach,
  };
}

function nameLine(element, line, open) {
  if (!element) return;
  element.dataset.branch = line.branch;
  element.setAttribute("aria-label", `${lineName(line)} ${percent(line.worst_share)}`);
  if (open) makeOpenable(element, open);
}

/** Ends of lines, each place once. */
function busPlaces() {
  const ends = currentRun().corridors.flatMap(({ coords }) => [coords[0], coords.at(-1)]);
  return [...new Map(ends.map((place) => [String(place), place])).values()];
}

const busDot = (place) => L.circleMarker(place, {
  pane: "network", renderer: networkPaint, interactive: false, radius: 2.4, weight: 1.2, color: colour("calm"), fillColor: colour("hollow"), fillOpacity: 1,
});

map.on("zoomend", drawNetwork);
observe((changed) => (changed.has("run") || changed.has("language")) && drawNetwork());
