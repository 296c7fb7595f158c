/* Interconnectors: width is capacity, colour is mean use, the arrow is the mean flow. */

const tiePaint = paintOf("ties");
const SHORTEST_TIE = 38; // pixels
let drawnTies = [];

const tieAt = (tie, year) => currentRun().tieYears.get(`${tie.tie}|${year}`) || {};
const tieNow = (tie) => tieAt(tie, currentYear());

/** Points of a smooth curve through the path; two ends alone are joined by a bow. */
function curve(path) {
  const points = path.length > 2 ? path : [path[0], bowPoint(path[0], path[1]), path[1]];
  const smooth = [];
  for (let i = 0; i < points.length - 1; i += 1) {
    const around = [i - 1, i, i + 1, i + 2].map((j) => points[Math.min(points.length - 1, Math.max(0, j))]);
    for (let t = 0; t < 1; t += 0.125) smooth.push([0, 1].map((axis) => between(around.map((point) => point[axis]), t)));
  }
  return [...smooth, points.at(-1)];
}

/** Catmull-Rom: a curve from b to c that looks ahead to d and back to a. */
function between([a, b, c, d], t) {
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2 + (3 * b - a - 3 * c + d) * t ** 3);
}

function bowPoint([lat1, lon1], [lat2, lon2]) {
  return [(lat1 + lat2) / 2 - (lon2 - lon1) * 0.09, (lon1 + lon2) / 2 + (lat2 - lat1) * 0.09];
}

/** A path too short to read at this zoom, stretched about its middle; its ends are schematic anyway. */
function legible(path) {
  const ends = [path[0], path.at(-1)];
  const [from, to] = ends.map((place) => map.project(place));
  const stretch = SHORTEST_TIE / Math.max(from.distanceTo(to), 1);
  if (stretch <= 1) return path;
  const middle = [0, 1].map((axis) => (ends[0][axis] + ends[1][axis]) / 2);
  return path.map((place) => place.map((each, axis) => middle[axis] + (each - middle[axis]) * stretch));
}

function addTie(tie) {
  const points = curve(legible(tie.path));
  const middle = points[Math.floor(points.length / 2)];
  const line = (options) => L.polyline(points, { pane: "ties", renderer: tiePaint, lineJoin: "round", ...options });
  const parts = {
    casing: line({ color: colour("casing"), interactive: false }),
    stroke: line({ bubblingMouseEvents: false }),
    pulse: line({ color: colour("casing"), interactive: false, className: "pulse" }),
    arrow: badge(points[0], h("span")),
    ...(tie.loop && { sign: badge(middle, h("span", { class: "badge" }, loopSign())) }),
  };
  const open = () => openPopup(L.latLng(middle), () => tiePopup(tie), parts.stroke);
  parts.stroke.bindTooltip(() => tieHint(tie), { className: "hint", sticky: true }).on("click", open);
  parts.stroke.on("add", () => makeOpenable(parts.stroke.getElement(), open));
  Object.values(parts).forEach((part) => groups.ties.addLayer(part));
  return { tie, points, parts };
}

const badgeIcon = (node) => L.divIcon({ className: "", iconSize: [0, 0], html: node });
const badge = (place, node) => L.marker(place, { pane: "ties", interactive: false, keyboard: false, icon: badgeIcon(node) });

function tieHint(tie) {
  const now = tieNow(tie);
  return h("span", null, h("b", null, nameOf(tie)), ` ${word("meanUse")} ${percent(now.mean_use_share)}`);
}

function loopSign() {
  return s("svg", { width: 16, height: 16, viewBox: "-8 -8 16 16", class: "loop-sign" },
    s("circle", { r: 7, fill: colour("card"), stroke: colour("calm"), "stroke-width": 1.2 }),
    s("path", { d: "M3.4-1.6A3.8 3.8 0 1 0 3.6 1.4M3.8-4.4v3h-3", fill: "none", stroke: colour("calm"), "stroke-width": 1.3 }));
}

/** Out of service: the run has no capacity for it in this year. */
const isAbsent = (now) => !("tie" in now) || (now.capacity_forward_mw === 0 && now.capacity_reverse_mw === 0);

/** Show the current year on the lines that are already there. */
function updateTie({ tie, points, parts }) {
  const { casing, stroke, pulse, arrow } = parts;
  const now = tieNow(tie);
  const backwards = isKnown(now.mean_flow_mw) && now.mean_flow_mw < 0;
  const along = backwards ? [...points].reverse() : points;
  const width = tieWidth(backwards ? now.capacity_reverse_mw : now.capacity_forward_mw);
  casing.setStyle({ weight: width + 3 });
  stroke.setStyle({ weight: width, color: tieColour(now.mean_use_share), dashArray: isKnown(now.mean_use_share) ? null : "5 4" });
  pulse.setLatLngs(along).setStyle({ weight: Math.max(0.8, width * 0.32), opacity: now.mean_flow_mw ? 0.8 : 0 });
  arrow.setLatLng(along.at(-1)).setIcon(badgeIcon(arrowHead(along, now)));
  for (const part of Object.values(parts)) part.getElement()?.classList.toggle("absent", isAbsent(now));
  stroke.getElement()?.setAttribute("aria-label", `${nameOf(tie)} ${word("meanUse")} ${percent(now.mean_use_share)}`);
}

function arrowHead(along, now) {
  if (!now.mean_flow_mw) return h("span");
  const [from, to] = [along.at(-3), along.at(-1)].map((place) => map.project(place, 8));
  const turn = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  const head = s("path", { d: "M-5-7L7 0L-5 7L-2 0z", transform: `rotate(${turn.toFixed(1)})`, fill: tieColour(now.mean_use_share), stroke: colour("casing"), "stroke-width": 1.6, "stroke-linejoin": "round" });
  return h("span", { class: "badge" }, s("svg", { width: 20, height: 20, viewBox: "-10 -10 20 20" }, head));
}

function drawTies() {
  groups.ties.clearLayers();
  drawnTies = currentRun().ties.filter((tie) => list(tie.path).length > 1).map(addTie);
}

map.on("zoomend", () => {
  drawTies();
  drawnTies.forEach(updateTie);
});
observe((changed) => {
  if (changed.has("run")) drawTies();
  if (changed.has("run") || changed.has("yearIndex") || changed.has("language")) drawnTies.forEach(updateTie);
});
