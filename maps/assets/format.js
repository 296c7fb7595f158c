/* Figures as text. A figure that is not known is a dash, never a zero. */

const UNKNOWN = "—";
const isKnown = (value) => typeof value === "number" && Number.isFinite(value);

function number(value, digits = 0) {
  if (!isKnown(value)) return UNKNOWN;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}

const percent = (share, digits = 0) => (isKnown(share) ? number(share * 100, digits) + "%" : UNKNOWN);
const megawatts = (mw) => `${number(mw)} MW`;

/** A range in MW; an open end is said in words. */
function megawattRange(low, high) {
  if (isKnown(low) && isKnown(high)) return low === high ? megawatts(low) : `${number(low)}–${number(high)} MW`;
  if (isKnown(low)) return state.language === "ja" ? `${megawatts(low)}${word("orMore")}` : `${megawatts(low)} ${word("orMore")}`;
  if (isKnown(high)) return state.language === "ja" ? `${megawatts(high)}${word("upTo")}` : `${word("upTo")} ${megawatts(high)}`;
  return UNKNOWN;
}

function yearsRange(low, high) {
  const unit = state.language === "ja" ? "年" : " yr";
  if (isKnown(low) && isKnown(high) && low !== high) return `${number(low, low % 1 ? 1 : 0)}–${number(high, high % 1 ? 1 : 0)}${unit}`;
  const one = isKnown(low) ? low : high;
  return isKnown(one) ? `${number(one, one % 1 ? 1 : 0)}${unit}` : UNKNOWN;
}

const fiscalYear = (year) => (state.language === "ja" ? `${year}年度` : `FY${year}`);

/** Power as [figure, unit], in GW from 1,000 MW. */
function power(mw) {
  if (!isKnown(mw)) return [UNKNOWN, ""];
  if (Math.abs(mw) < 1000) return [number(mw), "MW"];
  return [number(mw / 1000, Math.abs(mw) < 10000 ? 2 : 1), "GW"];
}

/** Million yen as [figure, unit]: 億円 in Japanese, billions in English. */
function money(myen) {
  const [divisor, unit] = state.language === "ja" ? [100, "億円"] : [1000, "¥bn"];
  if (!isKnown(myen)) return [UNKNOWN, ""];
  const amount = myen / divisor;
  const digits = Math.abs(amount) >= 100 ? 0 : Math.abs(amount) >= 10 ? 1 : 2;
  return [number(amount, digits), unit];
}
