/* The token: 24 symbols of Crockford's base32, the last two of them Reed-Solomon checks. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TOKEN_SYMBOLS = 24;

function timesInField(left, right) {
  let product = 0;
  for (; right; right >>= 1) {
    if (right & 1) product ^= left;
    left <<= 1;
    if (left & 32) left ^= 0b100101;
  }
  return product;
}

function checkSymbols(values) {
  let high = 0;
  let low = 0;
  for (const value of values) {
    const lead = value ^ high;
    high = low ^ timesInField(lead, 6);
    low = timesInField(lead, 8);
  }
  return [high, low];
}

/* What was typed, as its 24 symbols; or the name of the text that says what is wrong. */
function readToken(typed) {
  const plain = typed.toUpperCase().replace(/[\s-]/g, "");
  const symbols = plain.replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = Array.from(symbols, (symbol) => ALPHABET.indexOf(symbol));
  if (values.includes(-1)) return { wrong: "token_character", count: values.length };
  if (values.length !== TOKEN_SYMBOLS) return { wrong: "token_length", count: values.length };
  const [high, low] = checkSymbols(values.slice(0, -2));
  if (high !== values[22] || low !== values[23]) return { wrong: "token_slip", count: 24 };
  return { symbols };
}
