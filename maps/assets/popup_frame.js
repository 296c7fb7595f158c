/* The window that a popup opens in. */

const onMapSides = () => (innerWidth > 720 ? { left: 368, top: 20, right: 70, bottom: 110 } : { left: 10, top: 92, right: 10, bottom: 130 });

/** Open a popup at a place; `content` is called again when year or language changes. */
function openPopup(place, content, marker = null) {
  const sides = onMapSides();
  const popup = L.popup({
    minWidth: 304, maxWidth: 304, closeButton: false,
    maxHeight: Math.max(220, Math.min(560, innerHeight - sides.top - sides.bottom - 40)),
    autoPanPaddingTopLeft: [sides.left, sides.top], autoPanPaddingBottomRight: [sides.right, sides.bottom],
    offset: [0, marker && marker.getRadius ? -Math.min(18, marker.getRadius() - 4) : 0],
  });
  popup.rebuild = content;
  popup.openedBy = marker && marker.getElement ? marker.getElement() : null;
  popup.setLatLng(place).setContent(popupFrame(content())).openOn(map);
  const close = popup.getElement().querySelector(".popup-close");
  close.focus({ preventScroll: true });
}

function popupFrame(content) {
  const cross = s("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, s("path", { d: "M3 3l10 10M13 3L3 13" }));
  return h("div", { role: "dialog", "aria-label": word("panel") }, h("button", { type: "button", class: "popup-close", "aria-label": word("close"), click: () => map.closePopup() }, cross), content);
}

function refreshPopup() {
  const popup = map._popup;
  if (popup && popup.isOpen() && popup.rebuild) popup.setContent(popupFrame(popup.rebuild()));
}

map.on("popupopen popupclose", ({ type }) => document.body.classList.toggle("reading", type === "popupopen"));
map.on("popupclose", ({ popup }) => popup.openedBy && popup.openedBy.isConnected && popup.openedBy.focus({ preventScroll: true }));
document.addEventListener("keydown", (event) => event.key === "Escape" && !find("#notes").open && map.closePopup());
