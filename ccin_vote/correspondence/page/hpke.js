/* HPKE (RFC 9180), base mode, one message: X25519, HKDF-SHA256, AES-GCM. */

const AES_256_GCM = 2;
const KEY_LENGTHS = { 1: 16, 2: 32 };
const NONCE_LENGTH = 12;

const kemSuite = joined(utf8("KEM"), bigEndian(0x20, 2));
const hpkeSuite = (aead) =>
  joined(utf8("HPKE"), bigEndian(0x20, 2), bigEndian(1, 2), bigEndian(aead, 2));

const labelled = (suite, label) => joined(utf8("HPKE-v1"), suite, utf8(label));

/* Section 4. An empty salt is a block of zeros (RFC 5869, section 2.2). */
function labeledExtract(suite, salt, label, secret) {
  const key = salt.length ? salt : new Uint8Array(32);
  return hmac(key, joined(labelled(suite, label), secret));
}

/* Section 4. Never more than one block of 32 bytes is asked for. */
async function labeledExpand(suite, key, label, info, length) {
  const block = joined(bigEndian(length, 2), labelled(suite, label), info, Uint8Array.of(1));
  return (await hmac(key, block)).slice(0, length);
}

/* Section 4.1: the secret that both sides share. */
async function sharedSecret(privateKey, publicKey, encapsulated, recipient) {
  const peer = await subtle.importKey("raw", publicKey, "X25519", false, []);
  const agreed = { name: "X25519", public: peer };
  const agreement = new Uint8Array(await subtle.deriveBits(agreed, privateKey, 256));
  const extracted = await labeledExtract(kemSuite, new Uint8Array(), "eae_prk", agreement);
  const context = joined(encapsulated, recipient);
  return labeledExpand(kemSuite, extracted, "shared_secret", context, 32);
}

/* Section 5.1: key and nonce of the first message. */
async function keySchedule(shared, info, aead) {
  const suite = hpkeSuite(aead);
  const nothing = new Uint8Array();
  const idHash = await labeledExtract(suite, nothing, "psk_id_hash", nothing);
  const infoHash = await labeledExtract(suite, nothing, "info_hash", info);
  const context = joined(Uint8Array.of(0), idHash, infoHash);
  const secret = await labeledExtract(suite, shared, "secret", nothing);
  return {
    key: await labeledExpand(suite, secret, "key", context, KEY_LENGTHS[aead]),
    nonce: await labeledExpand(suite, secret, "base_nonce", context, NONCE_LENGTH),
  };
}

async function aesGcm(way, key, nonce, additional, bytes) {
  const imported = await subtle.importKey("raw", key, "AES-GCM", false, [way]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: additional };
  return new Uint8Array(await subtle[way](parameters, imported, bytes));
}

/* Seal a secret to a public key of 32 bytes: the encapsulated key, then the ciphertext. */
async function hpkeSeal(recipient, info, secret, { ephemeral, additional, aead } = {}) {
  const pair = ephemeral || (await subtle.generateKey("X25519", false, ["deriveBits"]));
  const encapsulated = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const shared = await sharedSecret(pair.privateKey, recipient, encapsulated, recipient);
  const { key, nonce } = await keySchedule(shared, info, aead || AES_256_GCM);
  const sealed = await aesGcm("encrypt", key, nonce, additional || new Uint8Array(), secret);
  return joined(encapsulated, sealed);
}
