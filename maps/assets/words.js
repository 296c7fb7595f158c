/* Words that every page says, in both languages; each page adds its own. */

const WORDS = {
  panel: ["概要", "Overview"],
  openPanel: ["パネルを開閉", "Open or close the panel"],
  theme: ["明暗を切り替え", "Switch light and dark"],
  switchLanguage: ["Switch to English", "日本語に切り替え"],
  kpis: ["主要な値", "Key figures"],
  layers: ["レイヤーと凡例", "Layers and legends"],
  search: ["検索", "Search"],
  notes: ["前提・未知・出典", "Assumptions, unknowns, sources"],
  print: ["印刷 / PDF", "Print / PDF"],
  fiscalYear: ["年度", "Fiscal year"],
  mapView: ["地図の操作", "Map view"],
  close: ["閉じる", "Close"],
  play: ["再生", "Play"],
  pause: ["一時停止", "Pause"],
  zoomIn: ["拡大", "Zoom in"],
  zoomOut: ["縮小", "Zoom out"],
  home: ["全体表示", "Whole country"],
  fullscreen: ["全画面", "Full screen"],
  toOkinawa: ["沖縄へ移動", "Go to Okinawa"],
  okinawa: ["沖縄", "Okinawa"],
  map: ["日本地図", "Map of Japan"],
  areaMeansMw: ["面積＝契約電力", "Area = contract MW"],
  basis_published: ["公表", "published"],
  sources: ["出典", "Sources"],
  asOf: ["時点", "As of"],
  season: ["季節", "Season"],
  season_summer: ["夏", "Summer"],
  season_winter: ["冬", "Winter"],
  season_spring: ["春", "Spring"],
  season_autumn: ["秋", "Autumn"],
  japan: ["全国", "Japan"],
  "rest-of-japan": ["東京以外", "Outside Tokyo"],
  noMatch: ["該当なし", "No match"],
  assumptions: ["前提（仮定した値）", "Assumptions"],
  unknowns: ["分かっていないこと", "What is not known"],
  sourceList: ["出典", "Sources"],
  field: ["項目", "Field"],
  value: ["値", "Value"],
  meaning: ["意味", "Meaning"],
  publisher: ["発行者", "Publisher"],
  nothing: ["なし", "None"],
  credit: [
    "行政界：Natural Earth（パブリックドメイン）。描画：Leaflet（BSD-2）、Folium（MIT）。",
    "Boundaries: Natural Earth (public domain). Drawn with Leaflet (BSD-2) and Folium (MIT).",
  ],
  created: ["作成", "Created"],
};

/** The page's own word in the current language. */
function word(key) {
  const pair = Object.hasOwn(WORDS, key) ? WORDS[key] : null;
  return pair ? pair[state.language === "ja" ? 0 : 1] : key;
}

/** The current language of a {ja, en} value from the data; the other one if it is missing. */
function inLanguage(value) {
  if (!value) return "";
  return String(value[state.language] || value.ja || value.en || "");
}

/** A name from name_ja and name_en. */
function nameOf(row, language = state.language) {
  return String(row["name_" + language] || row.name_ja || row.name_en || "");
}

/** Put the page's words in place: text, accessible name, placeholder. */
function translatePage() {
  document.documentElement.lang = state.language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = word(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = word(node.dataset.placeholder);
}
