/* Colours by name, growth by zoom, and icons. */

/** A colour by its name in the palette, so that light and dark need no redrawing. */
const colour = (name) => `var(--${name})`;

/* Zooming in enlarges all marks alike. */
const zoomFactor = () => Math.min(2.4, Math.max(0.8, 1.16 ** (map.getZoom() - 5.75)));

const ICONS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  zoomIn: "M10 4v12M4 10h12",
  zoomOut: "M4 10h12",
  home: "M3.5 10L10 4l6.5 6M5.5 8.5V16h9V8.5",
  fullscreen: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
};

function icon(name, size, side) {
  return s("svg", { viewBox: `0 0 ${side} ${side}`, width: size, height: size, "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}
