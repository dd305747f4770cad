import { ROUNDS } from '@codezest/db-core/testing';
import type { UserId } from '@codezest/db-types';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAccount, type TransactionClient, transaction } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { newAccount, passwordHash, RolledBack } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
beforeEach(() => database.owner.client.outboxEvent.deleteMany());

it('an event is there if and only if the transaction committed, whatever it did', async () => {
  const operation = fc.record({
    what: fc.constantFrom('create', 'rename', 'phone', 'log in', 'delete'),
    who: fc.nat(3),
    commits: fc.boolean(),
  });
  let n = 0;
  /** Does it to the account, or makes one where there is none; gives what must have been told once it has committed. */
  const act = async (
    open: TransactionClient,
    what: string,
    id: UserId | undefined,
    before: readonly string[],
  ): Promise<{ id: UserId; events: readonly string[] }> => {
    n += 1;
    if (what === 'create' || id === undefined) {
      const { user } = await newAccount(open);
      return { id: user.id, events: ['user.registered 1', 'user.contact_changed 1'] };
    }
    const next = Number(before.at(-1)?.split(' ')[1]) + 1;
    const where = { id };
    switch (what) {
      case 'rename':
        await open.user.update({ where, data: { lastName: `Number ${n}` } });
        break;
      case 'phone':
        await open.userProfile.update({ where: { userId: id }, data: { phone: `+4930${1_000_000 + n}` } });
        break;
      case 'log in':
        await open.user.update({ where, data: { lastLoginAt: new Date() } });
        return { id, events: before };
      default:
        await open.user.delete({ where });
        return { id, events: [`user.deleted ${next}`] };
    }
    return { id, events: [...before, `user.contact_changed ${next}`] };
  };

  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
      await database.owner.client.outboxEvent.deleteMany();
      const expected = new Map<string, readonly string[]>();

      for (const { what, who, commits } of operations) {
        const living = [...expected].filter(([, events]) => !events[0]?.startsWith('user.deleted'));
        const [id, before = []] = living[who % Math.max(living.length, 1)] ?? [];
        // Only who owns the tables deletes users.
        const { client } = what === 'delete' ? database.owner : database;
        await client
          .$transaction(async (open) => {
            const done = await act(open, what, id as UserId | undefined, before);
            if (!commits) throw new RolledBack();
            return done;
          })
          .then(({ id: whose, events }) => expected.set(whose, events))
          .catch((error: unknown) => {
            if (!(error instanceof RolledBack)) throw error;
          });
      }

      const found = new Map<string, string[]>();
      const events = await database.client.outboxEvent.findMany({
        orderBy: [{ aggregateVersion: 'asc' }, { id: 'asc' }],
      });
      for (const { aggregateId, type, aggregateVersion } of events)
        found.set(aggregateId, [...(found.get(aggregateId) ?? []), `${type} ${aggregateVersion}`]);
      expect(found).toEqual(expected);
    }),
    { numRuns: Math.max(ROUNDS, 20) },
  );
});

it('createAccount in a transaction that is rolled back tells nothing', async () => {
  await expect(
    transaction(database.client, async (open) => {
      await createAccount(open, { email: 'never@example.com', passwordHash, firstName: 'N', lastName: '' });
      throw new RolledBack();
    }),
  ).rejects.toThrow(RolledBack);

  expect(await database.client.outboxEvent.count()).toBe(0);
});
