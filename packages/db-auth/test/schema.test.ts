import { randomBytes } from 'node:crypto';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Prisma } from '../generated/client.js';
import { isNotFound, isRuleViolation, isUniqueViolation } from '../src/errors.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let sequence = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU';

function userData(changes: Partial<Prisma.UserCreateInput> = {}): Prisma.UserCreateInput {
  sequence += 1;
  return {
    email: `person${sequence}@example.com`,
    password: passwordHash,
    firstName: 'Grace',
    lastName: 'Hopper',
    ...changes,
  };
}

function inOneHour(): Date {
  return new Date(Date.now() + 3_600_000);
}

function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('the write was accepted'),
    (error: unknown) => error,
  );
}

describe('an e-mail address', () => {
  test('finds its account', async () => {
    const { client } = database;
    const { id, email } = await client.user.create({ data: userData() });

    const found = await client.user.findUnique({ where: { email, deletedAt: null } });

    expect(found?.id).toBe(id);
  });

  test('is stored in one spelling', async () => {
    const { client } = database;
    const { email } = await client.user.create({ data: userData() });

    const error = await refusal(client.user.create({ data: userData({ email: email.toUpperCase() }) }));

    expect(isRuleViolation(error, 'users_email_format_check')).toBe(true);
  });

  test('is free again when its account is deleted', async () => {
    const { client } = database;
    const gone = await client.user.create({ data: userData() });
    await client.user.update({ where: { id: gone.id }, data: { deletedAt: new Date() } });

    const next = await client.user.create({ data: userData({ email: gone.email }) });
    const found = await client.user.findUnique({ where: { email: gone.email, deletedAt: null } });

    expect(found?.id).toBe(next.id);
  });

  test('asked for by sixteen at once goes to one', async () => {
    const { client } = database;
    const email = 'sixteen@example.com';

    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, () => client.user.create({ data: userData({ email }) })),
    );

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(15);
    expect(refused.every(({ reason }) => isUniqueViolation(reason, 'email'))).toBe(true);
  });
});

describe('a way to log in', () => {
  test('may be an OAuth account alone, created with its user', async () => {
    const { client } = database;
    const oauthAccounts = { create: { provider: 'GITHUB', providerId: '1906' } } as const;
    const { id } = await client.user.create({ data: userData({ password: null, oauthAccounts }) });

    const account = await client.oAuthAccount.findUnique({
      where: { provider_providerId: { provider: 'GITHUB', providerId: '1906' } },
      include: { user: true },
    });

    expect(account?.user.id).toBe(id);
  });

  test('is not missing', async () => {
    const error = await refusal(database.client.user.create({ data: userData({ password: null }) }));

    expect(isRuleViolation(error, 'users_way_in_rule')).toBe(true);
  });
});

describe('a profile', () => {
  test('is created with its user and keeps its typed JSON', async () => {
    const { client } = database;
    const socials = { github: 'https://github.com/grace' };
    const create: Prisma.UserProfileCreateWithoutUserInput = {
      skills: ['COBOL'],
      socials,
      preferences: { theme: 'dark' },
    };

    const user = await client.user.create({
      data: userData({ profile: { create } }),
      include: { profile: true },
    });

    const skills: string[] | null | undefined = user.profile?.skills;
    expect(skills).toEqual(['COBOL']);
    expect(user.profile).toMatchObject({ socials, preferences: { theme: 'dark' } });
  });

  test('is upserted by its user', async () => {
    const { client } = database;
    const { id: userId } = await client.user.create({ data: userData() });
    const upsert = (bio: string) =>
      client.userProfile.upsert({ where: { userId }, create: { userId, bio }, update: { bio } });

    const created = await upsert('one');
    const updated = await upsert('two');

    expect(updated).toMatchObject({ id: created.id, bio: 'two' });
  });

  test('refuses a write that is based on an older version', async () => {
    const { client } = database;
    const { id: userId } = await client.user.create({ data: userData({ profile: { create: {} } }) });
    const write = (bio: string) =>
      client.userProfile.update({
        where: { userId, version: 0 },
        data: { bio, version: { increment: 1 } },
      });

    await write('first');
    const error = await refusal(write('second'));

    expect(isNotFound(error)).toBe(true);
  });
});

describe('a mailed token', () => {
  test('is consumed by one of sixteen', async () => {
    const { client } = database;
    const tokenHash = randomBytes(32);
    const reset = { create: { email: 'ada@example.com', tokenHash, expiresAt: inOneHour() } };
    await client.user.create({ data: userData({ passwordResets: reset }) });

    const counts = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const consumed = await client.passwordReset.updateMany({
          where: { tokenHash, consumedAt: null, expiresAt: { gt: new Date() } },
          data: { consumedAt: new Date() },
        });
        return consumed.count;
      }),
    );

    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
  });

  test('is found by its hash and carries an address of either family', async () => {
    const { client } = database;
    const tokenHash = randomBytes(32);
    const reset = {
      create: { email: 'ada@example.com', tokenHash, expiresAt: inOneHour(), ipAddress: '2001:db8::1' },
    };
    await client.user.create({ data: userData({ lastLoginIp: '192.0.2.1', passwordResets: reset }) });

    const found = await client.passwordReset.findUnique({ where: { tokenHash }, include: { user: true } });

    expect(found).toMatchObject({ ipAddress: '2001:db8::1', user: { lastLoginIp: '192.0.2.1' } });
  });
});

describe('a user who is deleted', () => {
  const withRows = () =>
    userData({
      profile: { create: {} },
      lead: { create: {} },
      sessions: { create: { tokenHash: randomBytes(32), loginMethod: 'PASSWORD', expiresAt: inOneHour() } },
    });

  test('takes everything of theirs along', async () => {
    const { client, owner } = database;
    const loginHistory = { create: { success: true } };
    const { id } = await client.user.create({ data: { ...withRows(), loginHistory } });

    await owner.client.user.delete({ where: { id } });

    expect(await client.loginHistory.count({ where: { userId: id } })).toBe(0);
    expect(await client.session.count({ where: { userId: id } })).toBe(0);
  });
});

describe('a point in time', () => {
  test('is stored as the instant it is', async () => {
    const { client } = database;
    const lastLoginAt = new Date('2026-03-29T01:30:00.123Z');
    const { id } = await client.user.create({ data: userData({ lastLoginAt }) });

    const rows = await client.$queryRaw<{ epoch: string }[]>`
      SELECT extract(epoch FROM last_login_at)::text AS epoch FROM users WHERE id = ${id}::uuid`;

    expect(Number(rows[0]?.epoch)).toBe(lastLoginAt.getTime() / 1000);
  });
});

describe('an id', () => {
  test('is of one kind of row', async () => {
    const { client } = database;
    const user = await client.user.create({ data: userData({ profile: { create: {} } }) });
    const profile = await client.userProfile.findUniqueOrThrow({ where: { userId: user.id } });

    const id: UserId = user.id;
    // @ts-expect-error the id of a profile is not the id of a user
    const wrong: UserId = profile.id;

    expect(wrong).not.toBe(id);
  });
});
