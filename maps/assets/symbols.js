/* Sizes and colours of the plan map. */

/* Start years in at most six classes of equal width, the same for both runs. */
const START_CLASSES = 6;
const startYears = runs.flatMap((run) => run.sites.map((site) => site.start_fiscal_year)).filter(isKnown);
const firstStart = startYears.length ? Math.min(...startYears) : years[0];
const lastStart = Math.max(...startYears, firstStart);
const classWidth = Math.max(1, Math.ceil((lastStart - firstStart + 1) / START_CLASSES));

const classesInUse = Math.ceil((lastStart - firstStart + 1) / classWidth);

/** Step 1 to 6 of the ramp; few classes are spread over all of it. */
function startStep(year) {
  const index = Math.floor((year - firstStart) / classWidth);
  return classesInUse > 1 ? 1 + Math.round((index * (START_CLASSES - 1)) / (classesInUse - 1)) : 2;
}

const hasStart = (site) => isKnown(site.start_fiscal_year);
const startColour = (site) => colour(hasStart(site) ? `start-${startStep(site.start_fiscal_year)}` : "unknown");

/* The palest steps are too weak on land with a pale ring, and for a thin line on a card. */
const PALE_STEP = 4;
const ringColour = (site) => colour(hasStart(site) && startStep(site.start_fiscal_year) >= PALE_STEP ? "rim" : "ring");
const waitingColour = (site) => colour(hasStart(site) ? `start-${Math.min(PALE_STEP, startStep(site.start_fiscal_year))}` : "unknown");
const lineColour = (site) => colour(hasStart(site) ? `start-${Math.min(PALE_STEP - 1, startStep(site.start_fiscal_year))}` : "calm");

/** The classes in use as [step, first year, last year]. */
function startClasses() {
  return Array.from({ length: classesInUse }, (_, index) => {
    const from = firstStart + index * classWidth;
    return [startStep(from), from, Math.min(from + classWidth - 1, lastStart)];
  });
}

/* Area means MW. The largest site of both runs sets the scale. */
const largestMw = Math.max(1, ...runs.flatMap((run) => run.sites.flatMap((site) => list(site.by_year).map((row) => row.contract_mw || 0))));
const pixelsPerRootMw = Math.min(1.4, Math.max(0.55, 24 / Math.sqrt(largestMw)));
const siteRadius = (mw) => (mw > 0 ? Math.max(3, Math.sqrt(mw) * pixelsPerRootMw * zoomFactor()) : 3);

const tieWidth = (mw) => (isKnown(mw) ? Math.max(2.2, Math.sqrt(mw / 1000) * 2.1) : 2.2);

function tieColour(share) {
  if (!isKnown(share)) return colour("unknown");
  return colour(share < 0.6 ? "calm" : share < 0.8 ? "busy" : "tight");
}

/* Below what is required; near it; comfortable; ample; far more. */
const MARGIN_STEPS = [0, 0.02, 0.07, 0.17];
function marginColour(row) {
  if (!row) return colour("margin-none");
  const spare = row.margin_share - (isKnown(row.required_share) ? row.required_share : 0.08);
  return colour(`margin-${1 + MARGIN_STEPS.filter((step) => spare >= step).length}`);
}

const isTight = (row) => row && isKnown(row.required_share) && row.margin_share < row.required_share;
