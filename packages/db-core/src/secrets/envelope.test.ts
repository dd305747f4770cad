import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { decrypt, encrypt, keyIdOf } from './envelope.js';
import { DecryptionError, KeyringError, UnknownKeyError } from './errors.js';
import { type Keyring, keyringFromEnvironment } from './keyring.js';

const keyring = (...ids: string[]): Keyring => ({
  current: ids[0] as string,
  keys: new Map(ids.map((id) => [id, randomBytes(32)])),
});
const place = {
  table: 'oauth_accounts',
  column: 'access_token',
  rowId: '018f0000-0000-7000-8000-000000000001',
};

describe('an encrypted value', () => {
  it('comes back as it was, and never twice as the same ciphertext', () => {
    const ring = keyring('k1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const envelope = encrypt(text, place, ring);

        expect(decrypt(envelope, place, ring)).toBe(text);
        expect(encrypt(text, place, ring)).not.toBe(envelope);
      }),
    );
  });

  // NONCES=1000000 counts a million, in a minute.
  it('has a nonce that none before it had', () => {
    const ring = keyring('k1');
    const count = Number(process.env.NONCES ?? 10_000);

    const nonces = new Set(Array.from({ length: count }, () => encrypt('secret', place, ring).split('.')[2]));

    expect(nonces.size).toBe(count);
  });

  it('is refused at any other place', () => {
    const ring = keyring('k1');
    const envelope = encrypt('secret', place, ring);

    for (const other of [
      { table: 'sessions' },
      { column: 'refresh_token' },
      { rowId: '018f0000-0000-7000-8000-000000000002' },
    ]) {
      expect(() => decrypt(envelope, { ...place, ...other }, ring)).toThrow(DecryptionError);
    }
  });

  it('is refused when any bit of it was flipped', () => {
    const ring = keyring('k1');
    const [version, keyId, ...parts] = encrypt('secret', place, ring).split('.');

    let flipped = 0;
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        const envelope = [version, keyId, ...parts.with(index, changed.toString('base64url'))].join('.');
        expect(() => decrypt(envelope, place, ring)).toThrow(DecryptionError);
        flipped += 1;
      }
    }
    expect(flipped).toBe((12 + 6 + 16) * 8);
  });

  it('is refused in another spelling of the same bytes', () => {
    const ring = keyring('k1');
    const envelope = encrypt('secret', place, ring);
    const last = envelope.at(-1) as string;
    // The tag ends in four bits that base64 does not use.
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_='].filter(
      (character) => character !== last,
    );

    for (const other of [...others, `${last}=`, `${last} `, `${last}.`]) {
      expect(() => decrypt(`${envelope.slice(0, -1)}${other}`, place, ring)).toThrow(DecryptionError);
    }
  });

  it.each(['', 'v1', 'v1.k1', 'v2.k1.a.b.c', 'v1.k1.a.b.c', 'plain text'])('is refused as %j', (envelope) => {
    expect(() => decrypt(envelope, place, keyring('k1'))).toThrow(DecryptionError);
  });

  it('stays readable while keys rotate, until its key is taken away', () => {
    const old = keyring('k1');
    const both: Keyring = { current: 'k2', keys: new Map([...keyring('k2').keys, ...old.keys]) };
    const written = encrypt('secret', place, old);

    expect(decrypt(written, place, both)).toBe('secret');
    expect(keyIdOf(written)).toBe('k1');
    expect(keyIdOf(encrypt('secret', place, both))).toBe('k2');
    expect(() => decrypt(written, place, keyring('k2'))).toThrow(UnknownKeyError);
  });
});

describe('keys from the environment', () => {
  const variable = 'TEST_ENCRYPTION_KEYS';
  afterEach(() => delete process.env[variable]);
  const key = randomBytes(32).toString('base64');

  it('are the current one first, then those to read with', () => {
    process.env[variable] = `new:${key}, old:${randomBytes(32).toString('base64')}`;

    const ring = keyringFromEnvironment(variable);

    expect([ring.current, [...ring.keys.keys()]]).toEqual(['new', ['new', 'old']]);
  });

  it.each([undefined, '', 'nokey', `k1:${randomBytes(16).toString('base64')}`, `k1:${key},k1:${key}`])(
    'are refused by naming the variable and no key: %j',
    (text) => {
      if (text !== undefined) process.env[variable] = text;

      expect(() => keyringFromEnvironment(variable)).toThrow(KeyringError);
      expect(() => keyringFromEnvironment(variable)).toThrow(variable);
      expect(() => keyringFromEnvironment(variable)).not.toThrow(key);
    },
  );
});
