import { Client as Connection, escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, claimDeliveries, notify, recordDeliveries } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { message, newType, newUser } from './fixtures.js';

const WAITING = process.env.LONG_TESTS ? 1_000_000 : 100_000;

let database: TestDatabase;
let connection: Connection;

/** Many deliveries of a hundred notifications, due in an order that has nothing to do with that of the rows. */
const fill = `
  SET statement_timeout = 0;
  SET session_replication_role = replica;
  INSERT INTO notification_types (id, name, slug, category) VALUES (gen_random_uuid(), 'Letter', 'letter', 'LEARNING');
  INSERT INTO notifications (id, user_id, type_id, title, message, priority)
    SELECT lpad(n::text, 32, '0')::uuid, gen_random_uuid(), t.id, 'A', 'B', 'LOW'
    FROM notification_types t, generate_series(0, 99) n;
  ANALYZE;
  INSERT INTO notification_deliveries (id, notification_id, channel, attempt_group, priority, next_attempt_at)
    SELECT lpad(n::text, 32, '0')::uuid, lpad((n % 100)::text, 32, '0')::uuid, 'EMAIL', 1 + n / 100, 'LOW',
      now() - random() * interval '1 day'
    FROM generate_series(0, ${WAITING - 1}) n;
  SET session_replication_role = origin;`;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = new Connection({ connectionString: database.owner.url });
  await connection.connect();
  await connection.query(fill);
});

afterAll(async () => {
  await connection.end();
  await database.drop();
});

interface PlanNode {
  'Node Type': string;
  'Total Cost': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const MODES = ['force_custom_plan', 'force_generic_plan'] as const;

/** How PostgreSQL runs what a function sends, planned for these values or for any; undone again. */
async function run(mode: (typeof MODES)[number], call: (client: Client) => Promise<unknown>) {
  const sent: { text: string; values: unknown[] }[] = [];
  const recorder = {
    $queryRawUnsafe: async (text: string, ...values: unknown[]) => {
      sent.push({ text, values });
      return [];
    },
  };
  await call(recorder as unknown as Client);
  const [{ text, values }] = sent as [(typeof sent)[number]];
  await connection.query(`SET plan_cache_mode = ${mode}; BEGIN; PREPARE asked AS ${text}`);
  const given = values.map((value) => escapeLiteral(String(value))).join(', ');
  const { rows } = await connection.query(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE asked(${given})`,
  );
  await connection.query('ROLLBACK; DEALLOCATE asked');
  const plan: PlanNode = rows[0]['QUERY PLAN'][0].Plan;
  return { plan, pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

describe(`with ${WAITING.toLocaleString('en')} deliveries of LOW priority waiting`, () => {
  // Statistics are as old as autovacuum leaves them: first they know nothing of the queue, then of nothing else.
  describe.each(['a queue that statistics do not know of', 'statistics of it'])('and %s', (when) => {
    beforeAll(async () => {
      if (when === 'statistics of it') await connection.query('ANALYZE');
    });

    it.each(MODES)('a claim reads what it gives (%s)', async (mode) => {
      const { plan, pages } = await run(mode, (client) =>
        claimDeliveries(client, { channel: 'EMAIL', limit: 100 }),
      );
      const lanes = nodesOf(plan).filter(
        (node) => node['Index Name'] === 'notification_deliveries_channel_priority_due_pending_idx',
      );

      expect(lanes.length).toBeGreaterThanOrEqual(8);
      expect(lanes.every((node) => node['Node Type'] === 'Index Scan')).toBe(true);
      expect(pages).toBeLessThan(10_000);
      // A claim that is planned to read its lanes whole costs 8,000 at 200,000 rows, and ten times as much at two million.
      expect(plan['Total Cost']).toBeLessThan(2_000);
    });
  });

  it('an URGENT one is in the next claim, and LOW keeps its share', async () => {
    const typeSlug = await newType(database.client, { inAppEnabled: false });
    for (let n = 0; n < 12; n += 1)
      await notify(database.client, { ...message(typeSlug, { priority: 'URGENT' }), userId: newUser() });

    const [first] = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 1 });
    const ten = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 10 });

    expect(first?.delivery.priority).toBe('URGENT');
    expect(ten.map(({ delivery }) => delivery.priority)).toEqual([...Array(9).fill('URGENT'), 'LOW']);
  });

  it.each(MODES)(
    'results are recorded by id, though statistics know of nothing that is SENDING (%s)',
    async (mode) => {
      const claimed = await claimDeliveries(database.client, { channel: 'EMAIL', limit: 1_000 });
      const { pages } = await run(mode, (client) =>
        recordDeliveries(
          client,
          claimed.map(({ delivery }) => ({ delivery, result: { outcome: 'SENT' } })),
        ),
      );

      expect(claimed.length).toBe(1_000);
      expect(pages).toBeLessThan(claimed.length * 100);
    },
  );
});
