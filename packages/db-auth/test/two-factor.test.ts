import { randomBytes } from 'node:crypto';
import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acceptTwoFactorCode,
  consumeRecoveryCode,
  disableTwoFactor,
  enableTwoFactor,
  type Keyring,
  type PrismaClient,
  readTwoFactorSecret,
  replaceRecoveryCodes,
  startTwoFactorEnrolment,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newAccount, racingDatabase, refusal, rolledBack } from './fixtures.js';

const keyring: Keyring = { current: 'k1', keys: new Map([['k1', randomBytes(32)]]) };
const lookupKeyring: Keyring = { current: 'p1', keys: new Map([['p1', randomBytes(32)]]) };

/** Steps near now: `step(-1)` is the last half minute's. */
const step = (away: number) => Math.floor(Date.now() / 30_000) + away;

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function enrolled() {
  const { user } = await newAccount(client);
  const userId = user.id;
  const secret = 'JBSWY3DPEHPK3PXP';
  const credentialId = await startTwoFactorEnrolment(client, { userId, secret }, { encryption: keyring });
  return { userId, credentialId };
}

async function enabled() {
  const code = await enrolled();
  const codes = await enableTwoFactor(client, { ...code, step: step(-5) }, { lookup: lookupKeyring });
  return { ...code, codes };
}

describe('the second factor', () => {
  test('is on once a first code was accepted, and its secret is encrypted', async () => {
    const { userId, credentialId } = await enrolled();
    const { secret } = await client.twoFactorCredential.findUniqueOrThrow({
      where: { userId },
      select: { secret: true },
    });
    expect(secret).toMatch(/^v1\.k1\./);
    expect(await readTwoFactorSecret(client, userId, { encryption: keyring })).toEqual({
      credentialId,
      secret: 'JBSWY3DPEHPK3PXP',
    });

    const code = { userId, credentialId, step: step(0) };
    const codes = await enableTwoFactor(client, code, { lookup: lookupKeyring });

    expect(new Set(codes).size).toBe(10);
    expect(await client.user.count({ where: { id: userId, twoFactorEnabled: true } })).toBe(1);
  });

  test('is replaced while it was never proven, and not afterwards', async () => {
    const first = await enrolled();
    const { userId } = first;
    const credentialId = await startTwoFactorEnrolment(
      client,
      { userId, secret: 'SECOND' },
      { encryption: keyring },
    );
    const second = { userId, credentialId };
    expect(await readTwoFactorSecret(client, userId, { encryption: keyring })).toMatchObject({
      secret: 'SECOND',
    });
    // The code was right for the secret that has gone.
    expect(
      await refusal(enableTwoFactor(client, { ...first, step: step(-1) }, { lookup: lookupKeyring })),
    ).toBe('TWO_FACTOR_REPLACED');
    await enableTwoFactor(client, { ...second, step: step(-1) }, { lookup: lookupKeyring });

    const third = startTwoFactorEnrolment(client, { userId, secret: 'THIRD' }, { encryption: keyring });

    expect(await refusal(third)).toBe('TWO_FACTOR_ENABLED');
    expect(
      await refusal(enableTwoFactor(client, { ...second, step: step(0) }, { lookup: lookupKeyring })),
    ).toBe('TWO_FACTOR_ENABLED');
  });

  test('accepts a step once, and none before it', async () => {
    const { userId, credentialId } = await enabled();
    const now = step(0);

    await acceptTwoFactorCode(client, { userId, credentialId, step: now });

    for (const used of [now - 2, now - 1, now]) {
      const code = { userId, credentialId, step: used };
      expect(await refusal(acceptTwoFactorCode(client, code))).toBe('TWO_FACTOR_CODE_REUSED');
    }
  });

  test('refuses a step that is none of the last or next minutes, and right codes go on', async () => {
    const { userId, credentialId } = await enabled();
    const seconds = Math.floor(Date.now() / 1000);

    for (const far of [
      seconds,
      seconds * 1000,
      step(-20),
      step(20),
      step(0) + 0.5,
      Number.NaN,
      -1,
      2 ** 40,
    ]) {
      const code = { userId, credentialId, step: far };
      expect(await refusal(acceptTwoFactorCode(client, code))).toBe('TWO_FACTOR_STEP_INVALID');
    }
    await acceptTwoFactorCode(client, { userId, credentialId, step: step(0) });
  });

  test('is refused without an authenticator', async () => {
    const { user } = await newAccount(client);
    const code = { userId: user.id, credentialId: newId<'TwoFactorCredential'>(), step: step(0) };

    expect(await refusal(acceptTwoFactorCode(client, code))).toBe('TWO_FACTOR_NOT_FOUND');
    expect(await refusal(enableTwoFactor(client, code, { lookup: lookupKeyring }))).toBe(
      'TWO_FACTOR_NOT_FOUND',
    );
    expect(await refusal(readTwoFactorSecret(client, user.id, { encryption: keyring }))).toBe(
      'TWO_FACTOR_NOT_FOUND',
    );
    const enrolment = { userId: user.id, secret: 'x' };
    expect(await refusal(startTwoFactorEnrolment(client, enrolment))).toBe('KEYRING_INVALID');
    expect(await refusal(replaceRecoveryCodes(client, user.id))).toBe('KEYRING_INVALID');
  });

  test('takes secret and recovery codes with it when it is switched off', async () => {
    const { userId } = await enabled();

    await disableTwoFactor(client, userId);

    expect(await client.user.count({ where: { id: userId, twoFactorEnabled: false } })).toBe(1);
    expect(await client.twoFactorCredential.count({ where: { userId } })).toBe(0);
    expect(await client.recoveryCode.count({ where: { userId } })).toBe(0);
  });

  test('goes with the transaction it is part of', async () => {
    const { userId, credentialId, codes } = await enabled();
    const code = { userId, credentialId, step: step(0) };
    await rolledBack(client, (tx) => disableTwoFactor(tx, userId));
    await rolledBack(client, (tx) => acceptTwoFactorCode(tx, code));
    await rolledBack(client, (tx) =>
      consumeRecoveryCode(tx, { userId, code: codes[0] ?? '' }, { lookup: lookupKeyring }),
    );
    await rolledBack(client, (tx) => replaceRecoveryCodes(tx, userId, { lookup: lookupKeyring }));

    await acceptTwoFactorCode(client, code);
    expect(
      await consumeRecoveryCode(client, { userId, code: codes[0] ?? '' }, { lookup: lookupKeyring }),
    ).toBe(9);
  });

  test(`accepts a code from one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { userId, credentialId } = await enabled();
      const code = { userId, credentialId, step: step(0) };

      const { won, refused } = await race(() => acceptTwoFactorCode(client, code));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ TWO_FACTOR_CODE_REUSED: CALLERS - 1 });
    }
  });

  test(`is switched on by one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { userId, credentialId } = await enrolled();
      const now = step(0);

      const { won, refused } = await race((caller) =>
        enableTwoFactor(
          client,
          { userId, credentialId, step: now + (caller % 8) },
          { lookup: lookupKeyring },
        ),
      );

      expect(won).toHaveLength(1);
      const { TWO_FACTOR_ENABLED: later = 0, TWO_FACTOR_CODE_REUSED: earlier = 0 } = refused;
      expect(later + earlier).toBe(CALLERS - 1);
      expect(await client.recoveryCode.count({ where: { userId } })).toBe(10);
    }
  });

  test(`switched off and set up anew by ${CALLERS} at once is off, with one secret at most, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { userId } = await enabled();

      const { refused } = await race<unknown>((caller) =>
        caller % 2
          ? disableTwoFactor(client, userId)
          : startTwoFactorEnrolment(client, { userId, secret: 'NEWER' }, { encryption: keyring }),
      );

      const { TWO_FACTOR_ENABLED: _tooEarly, ...others } = refused;
      expect(others).toEqual({});
      expect(await client.user.count({ where: { id: userId, twoFactorEnabled: false } })).toBe(1);
      expect(await client.recoveryCode.count({ where: { userId } })).toBe(0);
      expect(await client.twoFactorCredential.count({ where: { userId } })).toBeLessThanOrEqual(1);
    }
  });
});

describe('a recovery code', () => {
  test('works once, with or without spaces, for its own user', async () => {
    const { userId, codes } = await enabled();
    const other = await enabled();
    const [first = '', second = ''] = codes;
    const consume = (code: string, who = userId) =>
      consumeRecoveryCode(client, { userId: who, code }, { lookup: lookupKeyring });

    expect(await consume(first)).toBe(9);
    expect(await consume(`${second.slice(0, 5)} ${second.slice(5, 8)}-${second.slice(8)}`)).toBe(8);

    expect(await refusal(consume(first))).toBe('RECOVERY_CODE_INVALID');
    expect(await refusal(consume('0'))).toBe('RECOVERY_CODE_INVALID');
    expect(await refusal(consume(codes[2] ?? '', other.userId))).toBe('RECOVERY_CODE_INVALID');
  });

  test('outlives a rotation of the keys, but not its replacement', async () => {
    const { userId, codes } = await enabled();
    const rotated: Keyring = {
      current: 'p2',
      keys: new Map([['p2', randomBytes(32)], ...lookupKeyring.keys]),
    };
    const options = { lookup: rotated };
    expect(await consumeRecoveryCode(client, { userId, code: codes[0] ?? '' }, options)).toBe(9);

    const [fresh = ''] = await replaceRecoveryCodes(client, userId, options);

    expect(await refusal(consumeRecoveryCode(client, { userId, code: codes[1] ?? '' }, options))).toBe(
      'RECOVERY_CODE_INVALID',
    );
    expect(await consumeRecoveryCode(client, { userId, code: fresh }, options)).toBe(9);
  });

  test(`is used up by one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
    const { userId } = await enabled();
    for (let round = 0; round < ROUNDS; round += 1) {
      const [code = ''] = await replaceRecoveryCodes(client, userId, { lookup: lookupKeyring });

      const { won, refused } = await race(() =>
        consumeRecoveryCode(client, { userId, code }, { lookup: lookupKeyring }),
      );

      expect(won).toEqual([9]);
      expect(refused).toEqual({ RECOVERY_CODE_INVALID: CALLERS - 1 });
    }
  });

  test('says how many are left, also to those who use others at once', async () => {
    const { userId } = await enabled();
    for (let round = 0; round < 10; round += 1) {
      const codes = await replaceRecoveryCodes(client, userId, { lookup: lookupKeyring });

      const left = await Promise.all(
        codes.map((code) => consumeRecoveryCode(client, { userId, code }, { lookup: lookupKeyring })),
      );

      expect(left.toSorted((a, b) => a - b)).toEqual(codes.map((_code, index) => index));
    }
  });

  test(`belongs to one set of ten after ${CALLERS} asked for new ones, ${ROUNDS} rounds`, async () => {
    const { userId } = await enabled();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { won } = await race(() => replaceRecoveryCodes(client, userId, { lookup: lookupKeyring }));

      expect(won).toHaveLength(CALLERS);
      expect(await client.recoveryCode.count({ where: { userId } })).toBe(10);
    }
  });
});
