/* Names on the map, each where there is room. */

const LABEL_FONT = "600 11.5px Inter, 'Segoe UI', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans CJK JP', sans-serif";
const ruler = document.createElement("canvas").getContext("2d");
const LABEL_HEIGHT = 15;

const overlaps = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

const boxAround = (point, radius) => [point.x - radius, point.y - radius, point.x + radius, point.y + radius];

/** Places to try around a circle, as [direction, box]. */
function labelPlaces(point, radius, width) {
  const gap = radius + 4;
  const half = LABEL_HEIGHT / 2;
  return [
    ["right", [point.x + gap, point.y - half, point.x + gap + width, point.y + half]],
    ["left", [point.x - gap - width, point.y - half, point.x - gap, point.y + half]],
    ["top", [point.x - width / 2, point.y - gap - LABEL_HEIGHT, point.x + width / 2, point.y - gap]],
    ["bottom", [point.x - width / 2, point.y + gap, point.x + width / 2, point.y + gap + LABEL_HEIGHT]],
  ];
}

/** Labels { place, name, figure, point, radius } in their order, at most `most`, clear of `taken`. */
function placeLabels(labels, taken, most) {
  ruler.font = LABEL_FONT;
  let placed = 0;
  for (const label of labels) {
    if (placed >= most) return;
    const width = ruler.measureText(`${label.name} ${label.figure}`).width + 4;
    const place = labelPlaces(label.point, label.radius, width).find(([, box]) => box[0] > 0 && box[2] < innerWidth && !taken.some((other) => overlaps(box, other)));
    if (!place) continue;
    taken.push(place[1]);
    placed += 1;
    addLabel(label, place[0]);
  }
}

function addLabel({ place, name, figure, radius }, direction) {
  const away = radius + 3;
  const offset = { right: [away, 0], left: [-away, 0], top: [0, -away], bottom: [0, away] }[direction];
  const text = h("span", null, name, " ", h("i", null, figure));
  L.tooltip({ permanent: true, pane: "labels", direction, offset, className: "site-name", interactive: false, opacity: 1 })
    .setLatLng(place).setContent(text).addTo(groups.labels);
}
