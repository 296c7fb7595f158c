/* Applications as points: one canvas, one hint, one popup. */

const pointCanvas = new PointCanvas({ pane: "points", padding: 0.25 });
if (pointCount) groups.points.addLayer(pointCanvas);

const redrawPoints = () => map.hasLayer(pointCanvas) && pointCanvas._redraw();
const placeOf = (index) => L.latLng(points.lat[index], points.lon[index]);
const hint = L.tooltip({ className: "hint", direction: "top", interactive: false });

function openPoint(index) {
  const opener = document.activeElement;
  openPopup(placeOf(index), () => pointPopup(index), { getRadius: () => pointRadius(points.contract_mw[index]), getElement: () => opener });
}

/** Bring an application into view and open it; its layer is switched on if need be. */
function goToPoint(index) {
  if (!map.hasLayer(groups.points)) {
    showLayer("points", true);
    drawLayerSwitches();
  }
  showPanel(false);
  map.setView(placeOf(index), Math.max(map.getZoom(), 8), { animate: false });
  openPoint(index);
}

function pointHint(index) {
  return h("span", null, h("b", null, pointName(index)), ` ${megawatts(points.contract_mw[index])} · ${formatWord("stage", STAGES[points.stage[index]])}`);
}

const areaUnder = (event) => event.originalEvent.target.dataset?.area;
const onSurface = (event) => !event.originalEvent.target.closest(".leaflet-popup, .leaflet-marker-icon");

/** A point lies over its area: it is asked first. */
function openUnder(event) {
  if (!onSurface(event)) return;
  const index = pointAt(event.containerPoint);
  if (index >= 0) openPoint(index);
  else if (areaUnder(event)) openArea(areaUnder(event), event.latlng);
}

function showHint(event) {
  const index = onSurface(event) ? pointAt(event.containerPoint) : -1;
  const area = index < 0 && onSurface(event) && areaUnder(event);
  map.getContainer().classList.toggle("pointing", index >= 0 || Boolean(area));
  if (index < 0 && !area) return hint.remove();
  hint.options.offset = L.point(0, index < 0 ? -8 : -pointRadius(points.contract_mw[index]));
  hint.setContent(index < 0 ? areaHint(area) : pointHint(index)).setLatLng(index < 0 ? event.latlng : placeOf(index));
  return map.hasLayer(hint) ? hint.update() : hint.addTo(map);
}

let waiting = null;
map.on("mousemove", (event) => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => showHint(event));
});
map.on("mouseout zoomstart movestart", () => {
  cancelAnimationFrame(waiting);
  hint.remove();
});
map.on("click", openUnder);

/* Paper is light; the canvas holds colours and must be drawn again for it. */
addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  redrawPoints();
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = state.theme;
  redrawPoints();
});
observe((changed) => (changed.has("theme") || changed.has("yearIndex")) && redrawPoints());
observe(refreshPopup);
