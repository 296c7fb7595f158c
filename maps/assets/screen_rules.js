/* Rules in words, and what each of them costs in land. */

const unitText = (unit) => (unit && unit !== "-" ? ` ${unit}` : "");

/** A rule as a sentence: layer, condition, threshold. */
function ruleText(rule) {
  const key = `rule_${rule.condition}`;
  const share = rule.condition === "overlap_above" && Number.isFinite(Number(rule.threshold));
  const value = share ? percent(Number(rule.threshold)) : `${rule.threshold ?? ""}${unitText(rule.unit)}`;
  if (!Object.hasOwn(WORDS, key)) return `${layerTitle(rule.layer)} ${rule.condition} ${value}`;
  const parts = { "{layer}": layerTitle(rule.layer), "{value}": value };
  return word(key).replace(/\{layer\}|\{value\}/g, (name) => parts[name]);
}

const ruleByKey = new Map(rules.map((rule) => [rule.rule, rule]));

/** Land where a rule holds and no other rule that is on, by rule. [km2] */
function measureOnly() {
  const on = masks(state.active);
  const only = new Float64Array(rules.length);
  for (let cell = 0; cell < cellCount; cell += 1) {
    const out = outsOf(cell, on);
    if (out > 1) continue;
    for (let plane = 0; plane < rulePlanes.length; plane += 1) {
      const bits = out ? rulePlanes[plane][cell] & on[plane] : rulePlanes[plane][cell];
      if (bits) addBits(bits, plane, cellKm2[cellRow[cell]], only);
    }
  }
  return only;
}

/** How many rules that are on hold in a cell; 2 stands for more. */
function outsOf(cell, on) {
  let count = 0;
  for (let plane = 0; plane < rulePlanes.length; plane += 1) {
    const bits = rulePlanes[plane][cell] & on[plane];
    if (bits) count += (bits & (bits - 1)) === 0 ? 1 : 2;
  }
  return count;
}

function addBits(bits, plane, km2, only) {
  for (let rest = bits; rest; rest &= rest - 1) {
    const index = plane * 32 + (31 - Math.clz32(rest & -rest));
    if (index < only.length) only[index] += km2;
  }
}

/** What switching a rule would change: the run's own figure, counted anew once rules differ. */
function onlyKm2() {
  if (isOwnRules()) return rules.map((rule) => rule.only_km2);
  return Array.from(measureOnly());
}
