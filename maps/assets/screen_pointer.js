/* What lies under the mouse: a connection point before the cell below it. */

const hint = L.tooltip({ className: "hint", direction: "top", interactive: false, offset: [0, -8] });
const onSurface = (event) => !event.originalEvent.target.closest(".leaflet-popup, .leaflet-marker-icon");

function cellHint(cell) {
  const shade = cellShade[cell];
  if (shade !== EXCLUDED) return h("span", null, `${word("score")} `, h("b", null, liveScore[cell] === NO_SCORE ? word("unknownValue") : scoreText(liveScore[cell] / BEST)), shade >= OPENED && ` · ${word("openedLegend")}`);
  const held = rules.filter((_, index) => state.active[index] && ruleHolds(cell, index));
  return h("span", null, h("b", null, word("excluded")), ` ${joinedNames(held.map(ruleText))}`);
}

const pointHint = (point) => h("span", null, h("b", null, pointTitle(point)), ` ${isKnown(point.voltage_kv) ? kilovolts(point.voltage_kv) : word("kvUnknown")}`);

function under(event) {
  if (!onSurface(event)) return {};
  const point = pointAt(event.containerPoint);
  if (point) return { point };
  const cell = map.hasLayer(cellCanvas) ? cellAt(event.latlng) : -1;
  return cell < 0 ? {} : { cell };
}

function openUnder(event) {
  const { point, cell } = under(event);
  if (point) openPopup(L.latLng(point.lat, point.lon), () => pointPopup(point));
  else if (cell !== undefined) openPopup(event.latlng, () => cellPopup(cell));
}

function showHint(event) {
  const { point, cell } = under(event);
  map.getContainer().classList.toggle("pointing", Boolean(point) || cell !== undefined);
  if (!point && cell === undefined) return hint.remove();
  hint.setContent(point ? pointHint(point) : cellHint(cell)).setLatLng(point ? [point.lat, point.lon] : event.latlng);
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

/* The land itself answers nothing here; the cells on it do. */
function onLand() {}

/* Paper is light; a canvas holds colours and must be drawn again for it. */
function redrawFor(theme) {
  document.documentElement.dataset.theme = theme;
  redrawCells();
  redrawPoints();
}
addEventListener("beforeprint", () => redrawFor("light"));
addEventListener("afterprint", () => redrawFor(state.theme));
observe((changed) => !(changed.size === 1 && (changed.has("theme") || changed.has("view"))) && refreshPopup());
