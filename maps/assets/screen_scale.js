/* The scale of scores: which colour stands for which score, the same whatever the weights. */

const RAMP_STEPS = 9;

/* From the 5th to the 95th percentile of the run, in steps of 0.05: all of the ramp is used. */
const [leastShown, mostShown] = scaleEnds();

function scaleEnds() {
  const { 5: low, 95: high } = (summary.score && summary.score.percentiles) || {};
  if (!isKnown(low) || !isKnown(high)) return [0, 1];
  const ends = [Math.floor(low * 20 + 1e-9) / 20, Math.ceil(high * 20 - 1e-9) / 20];
  return ends[1] - ends[0] < 0.1 ? [Math.max(0, ends[0] - 0.05), Math.min(1, ends[1] + 0.05)] : ends;
}

const rampShare = (score) => Math.min(1, Math.max(0, (score - leastShown) / (mostShown - leastShown)));

/** A colour of the palette as figures, as the canvas needs it. [0 to 255] */
function channels(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** Colours by what a cell shows, in the current theme. */
function shadeColours() {
  const stops = Array.from({ length: RAMP_STEPS }, (_, step) => channels(`score-${step}`));
  const colours = new Uint32Array(257);
  for (let score = 0; score <= BEST; score += 1) colours[score] = packed(blend(stops, rampShare(score / BEST)));
  colours[UNSCORED] = packed(channels("card"));
  colours[EXCLUDED] = packed(channels("excluded"));
  return { colours, line: packed(channels("excluded-line")), opened: packed(channels("opened-line")), unscored: packed(channels("unknown")) };
}

function blend(stops, share) {
  const place = share * (stops.length - 1);
  const first = Math.min(Math.floor(place), stops.length - 2);
  return stops[first].map((one, channel) => Math.round(one + (place - first) * (stops[first + 1][channel] - one)));
}

/** The nearest corner of the ramp, as a colour of the palette; for marks beside a figure. */
const scoreColour = (score) => (isKnown(score) ? colour(`score-${Math.round(rampShare(score) * (RAMP_STEPS - 1))}`) : colour("unknown"));

/* Scores are many and change at every move; the shared `number` costs ten times as much. */
const scoreText = (score) => (isKnown(score) ? score.toFixed(2) : UNKNOWN);
