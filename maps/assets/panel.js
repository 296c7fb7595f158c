/* Title, choices and the switches of the layers. */

const titleOf = (summary) => inLanguage(summary.title) || String(summary.name || "");

function drawTitle() {
  const summary = currentSummary();
  find("#title").textContent = titleOf(summary);
  find("#subtitle").textContent = [years.length > 1 && `${fiscalYear(years[0])}–${fiscalYear(years.at(-1))}`, subtitle()].filter(Boolean).join(" · ");
  find("#language").textContent = state.language === "ja" ? "EN" : "日本語";
  find("#language").lang = state.language === "ja" ? "en" : "ja";
  find("#language").setAttribute("aria-label", word("switchLanguage"));
  refill(find("#credit"), word("credit"), ` ${creditNote()}。`.replace("。", state.language === "ja" ? "。" : "."), summary.created && ` ${word("created")}: ${summary.created}`);
}

/** On a phone the panel is a sheet that opens and closes. */
function showPanel(open) {
  find("#panel").classList.toggle("open", open);
  find("#grab").setAttribute("aria-expanded", String(open));
}

/** One choice of several as radio buttons in a row; arrow keys move the choice. */
function drawSegments(box, contents, chosen, choose) {
  const hadFocus = box.contains(document.activeElement);
  const move = (event, index) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose((index + step + contents.length) % contents.length);
  };
  refill(box, contents.map((content, index) => h("button", {
    type: "button", role: "radio", "aria-checked": String(index === chosen), tabindex: index === chosen ? 0 : -1,
    click: () => choose(index), keydown: (event) => move(event, index),
  }, content)));
  if (hadFocus) box.children[chosen].focus();
}

function drawLayerSwitches() {
  refill(find("#layers"), SWITCHED.filter(hasContent).map((name) => {
    const box = h("input", { type: "checkbox", role: "switch", value: name, change: () => showLayer(name, box.checked) });
    box.checked = map.hasLayer(groups[name]);
    return h("div", { class: "layer", "data-layer": name }, h("label", null, box, h("span", null, word(name))), h("div", { class: "legend" }, LEGENDS[name]()));
  }));
}

function showLayer(name, on) {
  if (on) map.addLayer(groups[name]);
  else map.removeLayer(groups[name]);
  onSwitch(name, on);
}

find("#language").addEventListener("click", () => change({ language: state.language === "ja" ? "en" : "ja" }));
find("#theme").addEventListener("click", () => change({ theme: state.theme === "dark" ? "light" : "dark" }));
find("#grab").addEventListener("click", () => showPanel(!find("#panel").classList.contains("open")));
map.on("zoomend", drawLayerSwitches); // the size legend follows the zoom
