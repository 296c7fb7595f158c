/* Frame the network, show the layers that start on, draw the first state. */

const NETWORK = located.length ? L.latLngBounds(located.map(({ lat, lon }) => [lat, lon])).pad(0.06) : L.latLngBounds([[30.7, 129.4], [45.5, 145.7]]);

function viewPadding() {
  if (innerWidth <= 720) return { paddingTopLeft: [10, 20], paddingBottomRight: [10, 150], animate: false };
  return { paddingTopLeft: [368, 24], paddingBottomRight: [70, 40], animate: false };
}

const goHome = () => map.fitBounds(NETWORK, viewPadding());

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
find("#time").remove();
goHome();
for (const name of shown) map.addLayer(groups[name]);
change(firstState());
document.documentElement.dataset.ready = "true";
