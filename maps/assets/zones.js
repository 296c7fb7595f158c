/* Welcome zones: hatched circles, as wide as the position is known or at least legible. */

const zonePaint = paintOf("zones");
const SMALLEST_ZONE = 11; // pixels

function drawZones() {
  groups.zones.clearLayers();
  for (const zone of currentRun().zones.filter(hasPlace)) groups.zones.addLayer(zoneMarker(zone));
}

function zoneMarker(zone) {
  const marker = L.circleMarker([zone.lat, zone.lon], {
    pane: "zones", renderer: zonePaint, radius: zoneRadius(zone), color: colour("zone"),
    weight: 1.5, dashArray: "4 3", fillColor: "url(#hatch)", fillOpacity: 1,
  });
  const open = () => openPopup(marker.getLatLng(), () => zonePopup(zone), marker);
  marker.zone = zone;
  marker.bindTooltip(() => zoneHint(zone), { className: "hint" }).on("click", open);
  marker.on("add", () => {
    makeOpenable(marker.getElement(), open);
    marker.getElement().setAttribute("aria-label", `${word("zones")} ${nameOf(zone)} ${megawattRange(zone.low_mw, zone.high_mw)}`);
  });
  return marker;
}

function zoneHint(zone) {
  return h("span", null, h("b", null, nameOf(zone)), ` ${megawattRange(zone.low_mw, zone.high_mw)}`);
}

/** Radius in pixels of the circle within which the zone lies. */
function zoneRadius(zone) {
  const metresPerPixel = (40075016.7 * Math.cos((zone.lat * Math.PI) / 180)) / 2 ** (map.getZoom() + 8);
  return Math.max(SMALLEST_ZONE, isKnown(zone.precision_km) ? (zone.precision_km * 1000) / metresPerPixel : 0);
}

addHatch("hatch", colour("zone"));
map.on("zoomend", () => groups.zones.eachLayer((marker) => marker.setRadius(zoneRadius(marker.zone))));
observe((changed) => (changed.has("run") || changed.has("language")) && drawZones());
