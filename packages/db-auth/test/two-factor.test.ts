import { randomBytes } from 'node:crypto';
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

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

async function enrolled() {
  const { user } = await newAccount(client);
  await startTwoFactorEnrolment(
    client,
    { userId: user.id, secret: 'JBSWY3DPEHPK3PXP' },
    { encryption: keyring },
  );
  return user.id;
}

async function enabled() {
  const userId = await enrolled();
  return { userId, codes: await enableTwoFactor(client, { userId, step: 1000 }, { lookup: lookupKeyring }) };
}

describe('the second factor', () => {
  test('is on once a first code was accepted, and its secret is encrypted', async () => {
    const userId = await enrolled();
    const { secret } = await client.twoFactorCredential.findUniqueOrThrow({
      where: { userId },
      select: { secret: true },
    });
    expect(secret).toMatch(/^v1\.k1\./);
    expect(await readTwoFactorSecret(client, userId, { encryption: keyring })).toBe('JBSWY3DPEHPK3PXP');

    const codes = await enableTwoFactor(client, { userId, step: 1000 }, { lookup: lookupKeyring });

    expect(new Set(codes).size).toBe(10);
    expect(await client.user.count({ where: { id: userId, twoFactorEnabled: true } })).toBe(1);
  });

  test('is replaced while it was never proven, and not afterwards', async () => {
    const userId = await enrolled();
    await startTwoFactorEnrolment(client, { userId, secret: 'SECOND' }, { encryption: keyring });
    expect(await readTwoFactorSecret(client, userId, { encryption: keyring })).toBe('SECOND');
    await enableTwoFactor(client, { userId, step: 1000 }, { lookup: lookupKeyring });

    const third = startTwoFactorEnrolment(client, { userId, secret: 'THIRD' }, { encryption: keyring });

    expect(await refusal(third)).toBe('TWO_FACTOR_ENABLED');
    expect(await refusal(enableTwoFactor(client, { userId, step: 1001 }, { lookup: lookupKeyring }))).toBe(
      'TWO_FACTOR_ENABLED',
    );
  });

  test('accepts a step once, and none before it', async () => {
    const { userId } = await enabled();

    await acceptTwoFactorCode(client, { userId, step: 1002 });

    for (const step of [1000, 1001, 1002]) {
      expect(await refusal(acceptTwoFactorCode(client, { userId, step }))).toBe('TWO_FACTOR_CODE_REUSED');
    }
  });

  test('is refused without an authenticator', async () => {
    const { user } = await newAccount(client);
    const code = { userId: user.id, step: 1 };

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
    const { userId, codes } = await enabled();
    await rolledBack(client, (tx) => disableTwoFactor(tx, userId));
    await rolledBack(client, (tx) => acceptTwoFactorCode(tx, { userId, step: 2000 }));
    await rolledBack(client, (tx) =>
      consumeRecoveryCode(tx, { userId, code: codes[0] ?? '' }, { lookup: lookupKeyring }),
    );
    await rolledBack(client, (tx) => replaceRecoveryCodes(tx, userId, { lookup: lookupKeyring }));

    await acceptTwoFactorCode(client, { userId, step: 2000 });
    expect(
      await consumeRecoveryCode(client, { userId, code: codes[0] ?? '' }, { lookup: lookupKeyring }),
    ).toBe(9);
  });

  test(`accepts a code from one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
    const { userId } = await enabled();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { won, refused } = await race(() => acceptTwoFactorCode(client, { userId, step: 3000 + round }));

      expect(won).toHaveLength(1);
      expect(refused).toEqual({ TWO_FACTOR_CODE_REUSED: CALLERS - 1 });
    }
  });

  test(`is switched on by one of ${CALLERS}, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = await enrolled();

      const { won, refused } = await race((caller) =>
        enableTwoFactor(client, { userId, step: 1000 + caller }, { lookup: lookupKeyring }),
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

      const { refused } = await race((caller) =>
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
