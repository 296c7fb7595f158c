/* How close the plan is to its limits in the current year. */

const MOST_GROUPS = 3;

function limitRows() {
  return [...shortfallRows(), ...forecastRows(), ...carbonRows(), ...reserveRows(), ...groupRows(), ...moreLimitRows()];
}

function shortfallRows() {
  return rowsNow("shortfall").filter((row) => row.unmet > 0)
    .map((row) => ({ label: `${word("shortfall")}: ${row.workload}`, share: 1, over: true, text: number(row.unmet, row.unmet % 1 ? 1 : 0) }));
}

function forecastRows() {
  return rowsNow("forecast").filter((row) => isKnown(row.limit_mw)).map((row) => ({
    label: `${word("forecastLimit")} ${areaName(row.group)}${row.vintage ? ` (${row.vintage})` : ""}`,
    share: row.used_mw / row.limit_mw, over: row.over_mw > 0, text: `${number(row.used_mw)} / ${number(row.limit_mw)} MW`,
  }));
}

function carbonRows() {
  return rowsNow("carbon").filter((row) => isKnown(row.cap_t)).map((row) => ({
    label: word("carbonLimit"), share: row.t / row.cap_t, over: row.t > row.cap_t, text: `${number(row.t / 1000)} / ${number(row.cap_t / 1000)} kt`,
  }));
}

function reserveRows() {
  const rows = pageData.areas.map((area) => marginOf(area.area)).filter((row) => row && isKnown(row.required_share));
  const tightest = rows.sort((one, other) => one.margin_share - one.required_share - (other.margin_share - other.required_share))[0];
  if (!tightest) return [];
  return [{
    label: `${word("reserveLimit")}: ${areaName(tightest.area)}`, over: isTight(tightest),
    share: tightest.required_share / Math.max(tightest.margin_share, tightest.required_share, 1e-9),
    text: `${percent(tightest.margin_share, 1)} / ${percent(tightest.required_share)}`,
  }];
}

function groupRows() {
  return rowsNow("groups").filter((row) => row.headroom_mw > 0 && isKnown(row.used_mw))
    .sort((one, other) => other.used_mw / other.headroom_mw - one.used_mw / one.headroom_mw).slice(0, MOST_GROUPS)
    .map((row) => ({
      label: nameOf(row) || String(row.group), share: row.used_mw / row.headroom_mw, over: row.used_mw > row.headroom_mw * 1.001,
      text: `${number(row.used_mw)} / ${number(row.headroom_mw)} MW`, basis: row.basis,
    }));
}

function limitLine({ label, share, over, text, basis }) {
  const level = over ? "over" : share >= 0.9 ? "near" : "";
  return h("div", { class: `limit ${level}` },
    h("span", { class: "limit-name" }, label, basis && mark(basis, word(`basis_${basis}`))), h("b", null, text),
    h("i", { class: "bar" }, h("i", { style: { width: `${Math.min(100, Math.max(0, share * 100)).toFixed(1)}%` } })));
}

function drawLimits() {
  const rows = limitRows();
  refill(find("#limits"), rows.length ? rows.map(limitLine) : h("p", { class: "quiet" }, word("noLimits")));
}

observe((changed) => !(changed.size === 1 && changed.has("theme")) && drawLimits());
