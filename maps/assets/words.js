/* Every word of the page's own, in both languages. */

const WORDS = {
  skip: ["候補地一覧へ移動", "Skip to the list of sites"],
  panel: ["概要", "Overview"],
  openPanel: ["パネルを開閉", "Open or close the panel"],
  theme: ["明暗を切り替え", "Switch light and dark"],
  switchLanguage: ["Switch to English", "日本語に切り替え"],
  kpis: ["主要な値", "Key figures"],
  scenario: ["シナリオ", "Scenario"],
  layers: ["レイヤーと凡例", "Layers and legends"],
  limits: ["この年度の制約", "Limits this year"],
  rankedSites: ["選定地点（契約電力順）", "Chosen sites by contract MW"],
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
  basePlan: ["基本", "Base"],

  contractPower: ["契約電力", "Contract power"],
  sitesOnline: ["稼働地点", "Sites online"],
  emissions: ["CO₂排出", "CO₂"],
  yearlyCost: ["年間費用", "Yearly cost"],
  wholeCost: ["全期間の費用（現在価値）", "Cost of all years, present value"],
  provenWithin: ["最適値との差", "proven within"],
  against: ["差", "vs"],

  sites: ["選定地点", "Chosen sites"],
  candidates: ["選ばれなかった候補", "Candidates not chosen"],
  zones: ["ウェルカムゾーン", "Welcome zones"],
  ties: ["地域間連系線", "Interconnectors"],
  margins: ["エリア予備率（H3）", "Area reserve margin (H3)"],
  areaMeansMw: ["面積＝契約電力", "Area = contract MW"],
  startYear: ["運用開始年度", "First year"],
  notYet: ["未稼働", "not online yet"],
  zoneLegend: ["早期に供給できる場所（公表値は幅）", "Early supply (published as a range)"],
  tieLegend: ["太さ＝運用容量、矢印＝平均潮流の向き、色＝平均利用率（燃料費などの仮定から計算）", "Width = capacity, arrow = mean flow, colour = mean use (computed from assumed fuel costs)"],
  loopLegend: ["ループ：線ごとの潮流は按分の目安", "Loop: split between lines is indicative"],
  useUnknown: ["不明", "unknown"],
  required: ["必要", "required"],
  marginNote: ["エリア境界は都道府県で近似。冬の最大と2027年度以降の据え置きは仮定", "Area borders approximated by prefecture; winter peaks and the flat years after FY2026 are assumed"],
  notChosenLegend: ["候補", "candidate"],
  excludedLegend: ["除外", "excluded"],

  status_not_chosen: ["選ばれなかった候補", "Candidate, not chosen"],
  status_excluded: ["除外された候補", "Candidate, excluded"],
  from: ["運用開始", "from"],
  contract: ["契約電力", "Contract"],
  itLoad: ["IT負荷", "IT load"],
  headroom: ["系統の余力", "Headroom"],
  basis_published: ["公表", "published"],
  basis_operator: ["事業者発言", "operator statement"],
  basis_assumed: ["仮定", "assumed"],
  mwByYear: ["年度別の契約電力", "Contract MW by year"],
  costItems: ["年間費用の内訳", "Yearly cost by item"],
  why: ["選定理由", "Why here"],
  whyNot: ["理由", "Why not"],
  binding: ["効いている制約", "Binding limits"],
  nextBest: ["次善の候補", "Next best"],
  sources: ["出典", "Sources"],
  precision: ["位置の精度", "Position within"],
  tickIsContract: ["縦線＝契約電力、斜線＝幅の上側", "Tick = contract, hatch = upper part of the range"],
  construction: ["建設", "Construction"],
  land: ["土地", "Land"],
  connection: ["系統接続", "Connection"],
  fibre: ["通信", "Fibre"],
  energy: ["電力量", "Energy"],
  latency: ["遅延", "Latency"],
  carbon_price: ["炭素価格", "Carbon price"],
  subsidy: ["補助金", "Subsidy"],
  reinforcement: ["系統増強", "Reinforcement"],

  voltage: ["電圧", "Voltage"],
  leadTime: ["供給開始まで", "Lead time"],
  range: ["公表の幅", "Published range"],
  orMore: ["以上", "or more"],
  upTo: ["以下", "up to"],
  asOf: ["時点", "As of"],
  additive: [
    "同じ上位系統を分け合うため、同じ群の値は足し合わせられません",
    "Shares an upstream asset: figures of the same group do not add up",
  ],
  group: ["群", "group"],

  capacity: ["運用容量", "Capacity"],
  forward: ["順方向", "forward"],
  reverse: ["逆方向", "reverse"],
  meanFlow: ["平均潮流", "Mean flow"],
  meanUse: ["平均利用率", "Mean use"],
  loopWarning: [
    "ループを構成する連系線です。線ごとの潮流は按分の目安です",
    "Part of a loop: the split of flow between its lines is indicative",
  ],

  margin: ["予備率", "Reserve margin"],
  supply: ["供給力", "Supply"],
  demand: ["需要", "Demand"],
  dataCentres: ["うちDC", "DC"],
  netImport: ["融通", "Import"],
  marginShort: ["予備率", "Margin"],
  requiredShort: ["必要", "Min."],
  season: ["季節", "Season"],
  season_summer: ["夏", "Summer"],
  season_winter: ["冬", "Winter"],
  season_spring: ["春", "Spring"],
  season_autumn: ["秋", "Autumn"],
  perYear: ["年", "yr"],

  forecastLimit: ["想定の枠", "Forecast allowance"],
  carbonLimit: ["炭素上限", "Carbon cap"],
  reserveLimit: ["予備率の最小", "Tightest reserve"],
  groupLimit: ["上位系統", "Upstream group"],
  shortfall: ["未充足", "Unmet"],
  japan: ["全国", "Japan"],
  "rest-of-japan": ["東京以外", "Outside Tokyo"],
  noLimits: ["この年度に該当する制約はありません", "No limit applies in this year"],
  noSites: ["この計画で選ばれた地点はありません", "This plan has no chosen site"],
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
