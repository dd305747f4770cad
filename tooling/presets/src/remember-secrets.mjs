import crypto from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll } from 'vitest';

// Vitest's setup of every package: notes the secrets that its tests make, so that `npm test` can look for them in all
// that the run has printed. What is 32 random bytes is a token or a key, and what is encrypted is a secret by that alone.
const FOLDER = 'test-results/secrets';
/** A test that makes a million of them says nothing more with the last than with the first. */
const MOST = 5_000;

/** The files of a worker share its process, in which `crypto` is changed once. */
const KEPT = Symbol.for('@codezest/presets/remember-secrets');
globalThis[KEPT] ??= rememberSecrets();
const secrets = globalThis[KEPT];

afterAll(() => {
  if (secrets.size === 0) return;
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(`${FOLDER}/${process.pid}.txt`, `${[...secrets].join('\n')}\n`);
  secrets.clear();
});

function rememberSecrets() {
  const made = new Set();
  const note = (secret) => {
    if (made.size < MOST) made.add(secret);
  };
  const { randomBytes, createCipheriv } = crypto;
  crypto.randomBytes = (size, ...rest) => {
    const bytes = randomBytes(size, ...rest);
    if (size === 32 && Buffer.isBuffer(bytes)) note(bytes.toString('base64url'));
    return bytes;
  };
  crypto.createCipheriv = (...args) => {
    const cipher = createCipheriv(...args);
    const update = cipher.update.bind(cipher);
    cipher.update = (text, ...rest) => {
      // Shorter ones, such as `x`, stand anywhere.
      if (typeof text === 'string' && /^[\x21-\x7e]{12,200}$/.test(text)) note(text);
      return update(text, ...rest);
    };
    return cipher;
  };
  syncBuiltinESMExports();
  return made;
}
