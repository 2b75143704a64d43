/* What a scrutineer does, in the browser, for the tests: opens what the command line sealed. */

const UNSEALING_KEY = fromBase64Url("MC4CAQAwBQYDK2VuBCIEIA"); // PKCS #8 (RFC 8410, section 7)

async function unsealingPair(secret) {
  const bytes = joined(UNSEALING_KEY, secret);
  const privateKey = await subtle.importKey("pkcs8", bytes, "X25519", true, ["deriveBits"]);
  const { x } = await subtle.exportKey("jwk", privateKey);
  const publicBytes = fromBase64Url(x);
  const publicKey = await subtle.importKey("raw", publicBytes, "X25519", true, []);
  return { privateKey, publicKey, publicBytes };
}

async function hpkeOpen(pair, info, sealed, { additional, aead } = {}) {
  const encapsulated = sealed.slice(0, 32);
  const shared = await sharedSecret(pair.privateKey, encapsulated, encapsulated, pair.publicBytes);
  const { key, nonce } = await keySchedule(shared, info, aead || AES_256_GCM);
  return aesGcm("decrypt", key, nonce, additional || new Uint8Array(), sealed.slice(32));
}

/* The polynomial through these points, at nought: the secret. */
function atNought(points) {
  const over = (value, divisor) => {
    if (!value) return 0;
    return EXPONENTS[(LOGARITHMS.get(value) + 255 - LOGARITHMS.get(divisor)) % 255];
  };
  return new Uint8Array(points[0].share.length).map((_, at) =>
    points.reduce((sum, point) => {
      const others = points.filter((other) => other !== point);
      const weight = others.reduce(
        (product, other) => timesInBytes(product, over(other.number, other.number ^ point.number)),
        1,
      );
      return sum ^ timesInBytes(point.share[at], weight);
    }, 0),
  );
}

/* The marks of every candidate of every contest, in their order. */
async function openBallot(election, text, pairs) {
  const body = text.split("\n").filter((line) => line && !line.startsWith("-"));
  const ballot = JSON.parse(atob(body.join("")));
  const credential = fromBase64Url(ballot.credential);
  const here = (label, ...more) =>
    bound(
      label,
      utf8(election.id),
      fromBase64Url(ballot.manifest),
      credential,
      bigEndian(ballot.sequence, 8),
      ...more,
    );
  const points = [];
  for (const { number, pair } of pairs) {
    const which = Uint8Array.of(number);
    const sealed = fromBase64Url(ballot.shares[number - 1]);
    const share = await hpkeOpen(pair, here("ccin-vote share v1", which), sealed);
    const digest = toBase64Url(await sha256(here("ccin-vote share digest v1", which, share)));
    if (digest !== ballot.digests[number - 1]) throw new Error("the share is another one");
    points.push({ number, share });
  }
  const key = atNought(points);
  const label = here("ccin-vote choices v1");
  const ciphertext = fromBase64Url(ballot.ciphertext);
  const plain = await aesGcm("decrypt", key, new Uint8Array(NONCE_LENGTH), label, ciphertext);
  const marks = [];
  for (let at = 1; at < plain.length; at += 2) marks.push(plain[at] * 256 + plain[at + 1]);
  return marks;
}
