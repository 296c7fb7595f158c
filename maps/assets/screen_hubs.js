/* Existing hubs as diamonds: where do they stand in the score? */

const hubMarkers = hubs.map((hub) => {
  const sign = h("span", { class: "hub" });
  const marker = L.marker([hub.lat, hub.lon], { pane: "hubs", keyboard: false, icon: L.divIcon({ className: "", iconSize: [0, 0], html: sign }) });
  const open = () => openPopup(marker.getLatLng(), () => hubPopup(hub), marker);
  marker.bindTooltip(() => hubHint(hub), { className: "hint", direction: "top", offset: [0, -10] }).on("click", open);
  marker.on("add", () => makeOpenable(marker.getElement(), open));
  marker.addTo(groups.hubs);
  return { hub, marker };
});

/** Percentile as P93; a hub on excluded land has none. */
function percentileText(hub) {
  if (isKnown(hub.percentile)) return `P${number(hub.percentile)}`;
  return list(hub.excluded_by).length ? word("excluded") : UNKNOWN;
}

const hubText = (hub) => `${word("percentile")} ${isKnown(hub.percentile) ? number(hub.percentile) : percentileText(hub)}`;
const hubHint = (hub) => h("span", null, h("b", null, nameOf(hub)), ` ${hubText(hub)}`);

function describeHubs() {
  for (const { hub, marker } of hubMarkers) {
    const element = marker.getElement();
    if (element) element.setAttribute("aria-label", `${word("hub")} ${nameOf(hub)} ${hubText(hub)}`);
  }
}

map.on("layeradd", ({ layer }) => layer === groups.hubs && describeHubs());
observe((changed) => changed.has("language") && describeHubs());
