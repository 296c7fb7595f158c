/* Names of the sites online, the largest first. */

let takenByOthers = []; // boxes of marks that other layers have put here
let reachByOthers = new Map(); // pixels that they reach around a site

function onlineSites() {
  return currentRun().sites
    .filter((site) => hasPlace(site) && contractMw(site) > 0)
    .sort((one, other) => contractMw(other) - contractMw(one));
}

function drawLabels() {
  groups.labels.clearLayers();
  const marks = map.hasLayer(groups.sites) ? onlineSites().map(labelOf) : [];
  const taken = marks.filter(({ radius }) => radius > 4).map(({ point, radius }) => boxAround(point, radius));
  if (map.hasLayer(groups.zones)) groups.zones.eachLayer((marker) => taken.push(boxAround(map.latLngToContainerPoint(marker.getLatLng()), Math.min(14, marker.getRadius()))));
  if (map.hasLayer(groups.margins)) taken.push(...placeChips(chips, taken));
  taken.push(...takenByOthers);
  placeLabels(marks, taken, map.getZoom() < 6.5 ? (innerWidth > 720 ? 16 : 9) : 60);
}

function labelOf(site) {
  const mw = contractMw(site);
  const place = [site.lat, site.lon];
  return { place, name: nameOf(site), figure: number(mw), point: map.latLngToContainerPoint(place), radius: Math.max(siteRadius(mw), reachByOthers.get(site.site) || 0) };
}

map.on("zoomend resize", drawLabels);
observe((changed) => !(changed.size === 1 && changed.has("theme")) && drawLabels());
