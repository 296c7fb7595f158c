/* The year: a slider over the course of a total, and a play button. */

const STEP_MS = 750;
let playing = null;

function drawScent() {
  const { values, top, line } = yearCourse();
  const x = (index) => (years.length > 1 ? (index / (years.length - 1)) * 100 : 100);
  const at = (mw, index) => `${x(index).toFixed(1)},${(30 - ((mw || 0) / top) * 28).toFixed(1)}`;
  const area = `M0,30${values.map((mw, index) => `L${at(mw, index)}`).join("")}L100,30Z`;
  refill(find("#scent"),
    s("path", { d: area, class: "scent-rest" }),
    s("clipPath", { id: "scent-past" }, s("rect", { width: x(state.yearIndex), height: 30 })),
    s("path", { d: area, class: "scent-past", "clip-path": "url(#scent-past)" }),
    line && s("path", { d: scentLine(line, at), class: "scent-line" }));
}

/** A second course as a line with gaps where it is not known. */
function scentLine(line, at) {
  return line.map((mw, index) => (isKnown(mw) ? `${isKnown(line[index - 1]) ? "L" : "M"}${at(mw, index)}` : "")).join("");
}

/** As many year marks as fit, always with the first. */
function drawTicks() {
  const every = Math.max(1, Math.ceil(years.length / (innerWidth > 720 ? 11 : 5)));
  const place = (index) => (years.length > 1 ? index / (years.length - 1) : 0.5);
  refill(find("#ticks"), years.map((year, index) => index % every === 0 && h("span", { style: { "--at": place(index) } }, year)));
}

function drawYear() {
  const year = currentYear();
  const slider = find("#year");
  slider.max = years.length - 1;
  slider.value = state.yearIndex;
  slider.setAttribute("aria-valuetext", `${fiscalYear(year)} ${power(yearCourse().values[state.yearIndex]).join(" ")}`);
  refill(find("#year-now"), state.language === "ja" ? [year, h("small", null, "年度")] : [h("small", null, "FY"), year]);
  drawScent();
}

function drawPlayButton() {
  refill(find("#play"), icon(playing ? "pause" : "play", 14, 16)).setAttribute("aria-label", word(playing ? "pause" : "play"));
}

function stop() {
  clearInterval(playing);
  playing = null;
  drawPlayButton();
}

function step() {
  change({ yearIndex: Math.min(years.length - 1, state.yearIndex + 1) });
  if (state.yearIndex === years.length - 1) stop();
}

function togglePlay() {
  if (playing) return stop();
  if (state.yearIndex === years.length - 1) change({ yearIndex: 0 });
  playing = setInterval(step, STEP_MS);
  return drawPlayButton();
}

find("#year").addEventListener("input", (event) => change({ yearIndex: Number(event.target.value) }));
find("#play").addEventListener("click", togglePlay);
addEventListener("resize", drawTicks);
drawTicks();
observe((changed) => {
  if (!(changed.size === 1 && changed.has("theme"))) drawYear();
  if (changed.has("language")) drawPlayButton();
});
