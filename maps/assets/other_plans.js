/* A plan of nearly the same cost laid over the map: what comes, what stays, what leaves. */

const planPaint = paintOf("alternatives");
let planMarks = [];
state.plan = 0; // none

const planShown = () => (state.plan > 0 ? alternativesOf().plans[state.plan - 1] : null);

/** Sites of the plan laid over the map as [site, MW, what becomes of it], the leaving ones last. */
function planRows(plan) {
  const comes = new Set(plan.comes);
  const rows = plan.sites.map(({ site, mw }) => [site, mw, comes.has(site) ? "comes" : "stays"]);
  const order = { comes: 0, stays: 1, leaves: 2 };
  return [...rows, ...plan.leaves.map(({ site, mw }) => [site, mw, "leaves"])].sort((a, b) => order[a[2]] - order[b[2]] || (b[1] || 0) - (a[1] || 0));
}

const siteName = (site) => (placeOf(site) ? nameOf(placeOf(site)) : String(site));
const planRadius = (mw) => (isKnown(mw) ? Math.max(9, siteRadius(mw)) : 9) + 3;

function drawPlanMarks() {
  planMarks.forEach((mark) => groups.alternatives.removeLayer(mark));
  const plan = planShown();
  planMarks = plan ? planRows(plan).filter(([site]) => placeOf(site)).map(planMark) : [];
  planMarks.forEach((mark) => groups.alternatives.addLayer(mark));
}

function planMark([site, mw, fate]) {
  const { lat, lon } = placeOf(site);
  const mark = L.circleMarker([lat, lon], {
    pane: "alternatives", renderer: planPaint, radius: planRadius(mw), color: colour(`alt-${fate}`), weight: fate === "stays" ? 2 : 3,
    dashArray: fate === "leaves" ? "4 4" : null, fillColor: colour(`alt-${fate}`), fillOpacity: fate === "comes" ? 0.28 : 0,
  });
  const open = () => markerByKey.get(site)?.openDetails();
  const text = () => `${siteName(site)} ${megawatts(mw)} ${word(fate)}`;
  mark.bindTooltip(text, { className: "hint", direction: "top" }).on("click", open).on("add", () => {
    mark.getElement().dataset.fate = fate;
    mark.getElement().setAttribute("aria-label", text());
    makeOpenable(mark.getElement(), open);
  });
  return mark;
}

/** While another plan lies over the map, the names are those of its sites. */
function drawPlanLabels() {
  const plan = map.hasLayer(groups.alternatives) && planShown();
  if (!plan) return;
  groups.labels.clearLayers();
  const labels = planRows(plan).filter(([site, , fate]) => fate !== "leaves" && placeOf(site)).map(([site, mw]) => {
    const { lat, lon } = placeOf(site);
    return { place: [lat, lon], name: siteName(site), figure: number(mw), point: map.latLngToContainerPoint([lat, lon]), radius: Math.max(planRadius(mw), reachByOthers.get(site) || 0) };
  });
  const taken = labels.map(({ point, radius }) => boxAround(point, radius));
  placeLabels(labels, [...taken, ...takenByOthers], map.getZoom() < 6.5 ? (innerWidth > 720 ? 16 : 9) : 60);
}

function drawPlanChoice(box) {
  const names = [word("noPlan"), ...alternativesOf().plans.map((_, index) => `${word("planNumber")}${index + 1}`)];
  drawSegments(box, names, state.plan, (plan) => change({ plan }));
}

/** The chooser, and what the chosen plan is; nothing where no other plan was found. */
function planParts() {
  if (!alternativesOf().plans.length) return [];
  const box = h("div", { id: "plan-choice", class: "segments", role: "radiogroup", "aria-label": word("laidOver") });
  drawPlanChoice(box);
  return [h("p", { class: "choice" }, word("laidOver")), box, h("div", { id: "plan-told", "aria-live": "polite" }, planTold())];
}

function planTold() {
  const plan = planShown();
  if (!plan) return [];
  return [
    h("p", null, h("b", null, `${word("extraCost")} ${inLanguage(plan.extra)}`), ` · ${inLanguage(plan.differs)}`),
    h("ul", { class: "plan-sites" }, planRows(plan).map(([site, mw, fate]) => h("li", { class: fate }, h("span", null, siteName(site)), h("span", null, `${megawatts(mw)} `, h("b", null, word(fate)))))),
  ];
}

map.on("zoomend", drawPlanMarks);
map.on("zoomend resize", drawPlanLabels);
map.on("layeradd layerremove", ({ layer, type }) => {
  if (layer !== groups.alternatives) return;
  if (type === "layerremove") drawLabels();
  else drawPlanLabels();
});
observe((changed) => {
  if (changed.has("run")) state.plan = 0;
  if (changed.has("run") || changed.has("language")) drawAlternatives();
  if (changed.has("run") || changed.has("language") || changed.has("plan")) drawPlanMarks();
  if (changed.has("plan") && find("#plan-choice")) {
    drawPlanChoice(find("#plan-choice"));
    refill(find("#plan-told"), planTold());
  }
  drawPlanLabels();
});
