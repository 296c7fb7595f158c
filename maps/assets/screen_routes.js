/* Campus outlines, and the lines from sites to their connection points. */

const MOST_DRAWN = 500;
const OUTLINES_FROM_ZOOM = 8.5;
const routePaint = paintOf("routes");
const campusPaint = paintOf("campuses");

/** A route as places; a straight line where no route is known; null without a point. */
function routeOf(site) {
  const route = list(site.route);
  if (route.length > 1) return { places: route.map(([lon, lat]) => [lat, lon]), straight: false };
  const point = pointByKey.get(site.point);
  return point ? { places: [[site.lat, site.lon], [point.lat, point.lon]], straight: true } : null;
}

/** The sites whose lines are drawn; as long as they stay the same, nothing needs drawing again. */
const drawnKeys = () => ranking.slice(0, MOST_DRAWN).map(({ site }) => site.site).sort().join("\n");
let drawnSites = null;

function drawRoutes() {
  groups.routes.clearLayers();
  for (const { site } of ranking.slice(0, MOST_DRAWN)) {
    const route = routeOf(site);
    if (!route) continue;
    const line = { pane: "routes", renderer: routePaint, interactive: false, lineJoin: "round" };
    L.polyline(route.places, { ...line, color: colour("casing"), weight: 4, opacity: 0.85 }).addTo(groups.routes);
    L.polyline(route.places, { ...line, color: colour("route"), weight: 1.8, dashArray: route.straight ? "4 4" : null }).addTo(groups.routes);
  }
}

function drawCampuses() {
  groups.campuses.clearLayers();
  if (map.getZoom() < OUTLINES_FROM_ZOOM) return;
  const style = { color: colour("site"), weight: 2, fillColor: colour("site"), fillOpacity: 0.14 };
  for (const { site } of ranking.slice(0, MOST_DRAWN)) {
    if (site.polygon) L.geoJSON(site.polygon, { pane: "campuses", renderer: campusPaint, interactive: false, style }).addTo(groups.campuses);
  }
}

let drawnClose = false;
map.on("zoomend", () => {
  const close = map.getZoom() >= OUTLINES_FROM_ZOOM;
  if (close !== drawnClose) drawCampuses();
  drawnClose = close;
});
observe((changed) => {
  if (!changed.has("factors") && !changed.has("active")) return;
  if (drawnKeys() === drawnSites) return;
  drawnSites = drawnKeys();
  drawRoutes();
  drawCampuses();
});
