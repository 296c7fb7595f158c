/* A chip for each supply area: its name and one figure, where there is room. */

function areaChips(group, pane) {
  return pageData.areas.filter(hasPlace).map((area) => {
    const figure = h("span", { class: "area-chip" });
    const marker = L.marker([area.lat, area.lon], {
      pane, keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: figure }),
    }).on("click", () => openArea(area.area));
    marker.on("add", () => makeOpenable(marker.getElement(), () => openArea(area.area)));
    return { area, figure, marker: marker.addTo(group) };
  });
}

/* Steps in pixels by which a chip may give way, nearest first. */
const CHIP_MOVES = [[0, 0], [0, -24], [0, 24], [48, 0], [-48, 0], [60, -28], [-60, -28], [60, 28], [-60, 28], [100, 0], [-100, 0], [0, -60], [0, 60]];

const FAR = 40; // pixels

const inWindow = ([left, top, right, bottom]) => left > 0 && top > 0 && right < innerWidth && bottom < innerHeight;

/** Move the chips clear of the boxes in `taken` and of each other; returns the chips' own boxes. */
function placeChips(chips, taken) {
  const boxes = [];
  for (const chip of chips) {
    const point = map.latLngToContainerPoint(chip.marker.getLatLng());
    const [halfWidth, halfHeight] = [chip.figure.offsetWidth / 2 + 2, chip.figure.offsetHeight / 2 + 2];
    const boxAt = ([x, y]) => [point.x + x - halfWidth, point.y + y - halfHeight, point.x + x + halfWidth, point.y + y + halfHeight];
    const isSeen = inWindow([point.x, point.y, point.x, point.y]);
    const mayStand = (move) => !isSeen || inWindow(boxAt(move));
    const free = (move) => mayStand(move) && ![...taken, ...boxes].some((other) => overlaps(boxAt(move), other));
    const moves = chip.moves || CHIP_MOVES;
    const move = moves.find(free) || moves.find(mayStand) || [0, 0];
    chip.figure.style.left = `${move[0]}px`;
    chip.figure.style.top = `${move[1]}px`;
    if (chip.leader) pointBack(chip.leader, move);
    boxes.push(boxAt(move));
  }
  return boxes;
}

/** Turn the line of a chip that moved far from its own place to where it points. */
function pointBack(leader, [x, y]) {
  const length = Math.hypot(x, y);
  leader.hidden = length < FAR;
  leader.style.width = `${length}px`;
  leader.style.transform = `rotate(${Math.atan2(y, x)}rad)`;
}
