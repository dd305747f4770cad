import { runSeed, type SeedResult } from '@codezest/db-core/seed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectiveChannels } from '../src/effective-channels.js';
import { seed } from '../src/seed/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let first: SeedResult;

beforeAll(async () => {
  database = await createTestDatabase();
  first = await runSeed({ url: database.owner.url, seed, size: 'small' });
});

afterAll(() => database.drop());

describe('the seed', () => {
  it('fills every table', () => {
    expect(Object.keys(first.tables)).toHaveLength(10);
    expect(Math.min(...Object.values(first.tables))).toBeGreaterThan(5);
  });

  it('adds nothing when it runs again', async () => {
    const second = await runSeed({ url: database.owner.url, seed, size: 'small' });

    expect(second.rows).toBe(0);
  });

  it('sends over the channels that are in effect, push only to who has a device', async () => {
    const sent = await database.client.notification.findMany({
      select: { userId: true, type: { select: { slug: true } }, deliveries: { select: { channel: true } } },
      orderBy: { id: 'asc' },
      take: 300,
    });
    const withDevice = new Set(
      (await database.client.userDevice.findMany({ select: { userId: true } })).map(({ userId }) => userId),
    );

    expect(sent).toHaveLength(300);
    for (const { userId, type, deliveries } of sent) {
      const channels = await effectiveChannels(database.client, { userId, typeSlug: type.slug });
      const expected = channels.filter((channel) => channel !== 'PUSH' || withDevice.has(userId));

      expect(deliveries.map(({ channel }) => channel).sort()).toEqual(expected.sort());
    }
  });

  it('counts in each recipient what the e-mail log says', async () => {
    const differing = await database.client.$queryRaw`
      SELECT user_id FROM recipients r FULL JOIN (
        SELECT user_id, count(opened_at) AS opens, count(clicked_at) AS clicks,
          max(sent_at) AS last_sent, max(opened_at) AS last_opened
        FROM email_logs GROUP BY user_id
      ) AS log USING (user_id)
      WHERE (r.email_opens, r.email_clicks, r.last_email_sent, r.last_email_opened)
        IS DISTINCT FROM (log.opens, log.clicks, log.last_sent, log.last_opened)`;

    expect(differing).toEqual([]);
  });
});
