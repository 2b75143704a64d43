/* Sealing: token and choices become the text of a sealed ballot and its code. */

const NAME = "CCIN-VOTE SEALED BALLOT";
const SIGNING_KEY = fromBase64Url("MC4CAQAwBQYDK2VwBCIEIA"); // PKCS #8 (RFC 8410, section 7)

/* Powers of 3 in GF(256), the field of AES. */
const EXPONENTS = [1];
while (EXPONENTS.length < 255) {
  const last = EXPONENTS[EXPONENTS.length - 1];
  EXPONENTS.push(last ^ (last << 1) ^ (last & 0x80 ? 0x11b : 0));
}
const LOGARITHMS = new Map(EXPONENTS.map((value, exponent) => [value, exponent]));

function timesInBytes(left, right) {
  if (!left || !right) return 0;
  return EXPONENTS[(LOGARITHMS.get(left) + LOGARITHMS.get(right)) % 255];
}

/* Shamir's shares of a secret, any `needed` of which give it back. */
function splitSecret(secret, needed, shares) {
  const coefficients = [secret];
  while (coefficients.length < needed) coefficients.push(random(secret.length));
  return Array.from({ length: shares }, (_, index) => {
    const value = new Uint8Array(secret.length);
    for (const coefficient of coefficients.slice().reverse()) {
      value.forEach((byte, at) => {
        value[at] = timesInBytes(byte, index + 1) ^ coefficient[at];
      });
    }
    return value;
  });
}

async function credentialOf(symbols, election) {
  const info = utf8("ccin-vote credential v1");
  const seed = await hkdf(utf8(symbols), utf8(election), info, 32);
  const key = await subtle.importKey("pkcs8", joined(SIGNING_KEY, seed), "Ed25519", true, ["sign"]);
  const { x } = await subtle.exportKey("jwk", key);
  return { key, public: fromBase64Url(x) };
}

/* Seconds now, plus a secret offset of the token below 2^48: it grows and tells no time.
   With 2^49 more it always has 15 digits, so that all sealed ballots have one length. */
async function sequenceAt(symbols, election, seconds) {
  const derived = await hkdf(utf8(symbols), utf8(election), utf8("sequence"), 8);
  return derived.slice(2).reduce((number, byte) => number * 256 + byte, 0) + seconds + 2 ** 49;
}

/* Marks of all contests: a version byte, then two bytes a candidate. */
function encodeChoices(contests, marks) {
  const blank = (contest) => new Array(contest.size).fill(0);
  const all = contests.flatMap((contest) => marks[contest.id] || blank(contest));
  return joined(Uint8Array.of(1), ...all.map((mark) => bigEndian(mark, 2)));
}

async function sealBallot(election, marks, symbols, seconds) {
  const credential = await credentialOf(symbols, election.id);
  const sequence = await sequenceAt(symbols, election.id, seconds);
  const manifest = fromBase64Url(election.manifest);
  const number = bigEndian(sequence, 8);
  const here = (label, ...more) =>
    bound(label, utf8(election.id), manifest, credential.public, number, ...more);
  const key = random(32);
  const choices = encodeChoices(election.contests, marks);
  const label = here("ccin-vote choices v1");
  const ciphertext = await aesGcm("encrypt", key, new Uint8Array(NONCE_LENGTH), label, choices);
  const plain = splitSecret(key, election.needed, election.seals.length);
  const digests = [];
  const shares = [];
  for (const [index, share] of plain.entries()) {
    const which = Uint8Array.of(index + 1);
    const recipient = fromBase64Url(election.seals[index]);
    digests.push(await sha256(here("ccin-vote share digest v1", which, share)));
    shares.push(await hpkeSeal(recipient, here("ccin-vote share v1", which), share));
  }
  const statement = bound(
    "ccin-vote sealed ballot v1",
    utf8(election.id),
    manifest,
    credential.public,
    number,
    ciphertext,
    bound("digests", ...digests),
    bound("shares", ...shares),
  );
  const signature = new Uint8Array(await subtle.sign("Ed25519", credential.key, statement));
  return envelope({
    ciphertext: toBase64Url(ciphertext),
    credential: toBase64Url(credential.public),
    digests: digests.map(toBase64Url),
    election: election.id,
    manifest: election.manifest,
    sequence,
    shares: shares.map(toBase64Url),
    signature: toBase64Url(signature),
  });
}

/* Canonical JSON (RFC 8785): the keys above stand in order, and all is plain ASCII. */
async function envelope(ballot) {
  const bytes = utf8(JSON.stringify(ballot));
  const lines = toBase64(bytes).match(/.{1,64}/g);
  const text = [`-----BEGIN ${NAME}-----`, ...lines, `-----END ${NAME}-----`, ""].join("\n");
  return { text, code: ballotCode(await sha256(bytes)) };
}

/* 80 bits of the digest as four groups of four symbols. */
function ballotCode(digest) {
  const bits = Array.from(digest.slice(0, 10), (byte) => byte.toString(2).padStart(8, "0"));
  const fives = bits.join("").match(/.{5}/g);
  const symbols = fives.map((five) => ALPHABET[parseInt(five, 2)]).join("");
  return symbols.match(/.{4}/g).join("-");
}

/* Whether this browser has all that sealing takes. */
async function canSeal() {
  try {
    await subtle.generateKey("X25519", false, ["deriveBits"]);
    await subtle.generateKey("Ed25519", false, ["sign"]);
    return true;
  } catch {
    return false;
  }
}
