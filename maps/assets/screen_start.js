/* Frame the study, show the layers that start on, draw the first state. */

const STUDY = studyBounds();

/* Japan without its far islands, or all of a smaller study. */
function studyBounds() {
  const south = lattice.north - lattice.rows * lattice.step_y;
  const east = lattice.west + lattice.cols * lattice.step_x;
  const whole = lattice.north - south > 12 && east - lattice.west > 12;
  if (whole || !cellCount) return [[30.7, 129.4], [45.5, 145.7]];
  return [[south, lattice.west], [lattice.north, east]];
}

function viewPadding() {
  if (innerWidth <= 720) return { paddingTopLeft: [2, 104], paddingBottomRight: [2, 128], animate: false };
  return { paddingTopLeft: [360, 14], paddingBottomRight: [60, 104], animate: false };
}

const goHome = () => map.fitBounds(STUDY, viewPadding());

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

function drawControls() {
  const buttons = [["zoomIn", () => map.zoomIn()], ["zoomOut", () => map.zoomOut()], ["home", goHome], ["fullscreen", toggleFullscreen]];
  refill(find("#controls"), buttons.map(([name, act]) =>
    h("button", { type: "button", class: name, title: word(name), "aria-label": word(name), click: act }, icon(name, 20, 20))));
  map.getContainer().setAttribute("aria-label", word("map"));
  map.getContainer().setAttribute("role", "application");
}

observe((changed) => changed.has("language") && drawControls());
L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
goHome();
for (const name of shown) map.addLayer(groups[name]);
change(firstState());
document.documentElement.dataset.ready = "true";
