/* What the small map of Okinawa shows of a screening. */

const okinawaFill = () => colour("land");

/** The cells as an image, and the best sites on them. */
function okinawaMarks() {
  return [map.hasLayer(groups.cells) && cellCount > 0 && insetCells(), ...insetSites()].filter(Boolean);
}

function insetCells() {
  const [width, height] = [INSET.width * 2, insetHeight * 2];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const picture = new ImageData(width, height);
  const worldTop = 0.5 - mercator(INSET.north) / 360;
  paintCells(new Uint32Array(picture.data.buffer), { width, height, x: (INSET.west + 180) / 360, y: worldTop, step: 1 / 360 / insetScale / 2 });
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return s("image", { href: canvas.toDataURL(), width: INSET.width, height: insetHeight });
}

function insetSites() {
  if (!map.hasLayer(groups.sites)) return [];
  const inside = ({ site: { lat, lon } }) => lat > INSET.south && lat < INSET.north && lon > INSET.west && lon < INSET.east;
  return ranking.filter(inside).slice(0, 20).map(({ site }) => {
    const [cx, cy] = insetPoint(site.lat, site.lon);
    return s("circle", { cx, cy, r: 3.4, fill: colour("site"), stroke: colour("site-rim"), "stroke-width": 1.2 });
  });
}

/* A study of another part of the country has nothing to show there. */
function reachesOkinawa() {
  const south = lattice.north - lattice.rows * lattice.step_y;
  return south < INSET.north && lattice.west < INSET.east && lattice.west + lattice.cols * lattice.step_x > 131;
}
document.body.classList.toggle("no-inset", !reachesOkinawa());
