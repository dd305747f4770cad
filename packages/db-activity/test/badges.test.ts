import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awardBadge, listBadges, newActivityId } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newUser, racingDatabase, refusal } from './fixtures.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await racingDatabase();
});
afterAll(() => database.drop());

const weekOf = (userId: ReturnType<typeof newUser>, badge = 'week-in-a-row') => ({
  id: newActivityId(),
  userId,
  badge,
  description: 'Earned the badge “A week in a row”',
});
const toldOf = (userId: ReturnType<typeof newUser>) =>
  database.client.userActivity.findMany({ where: { userId } });

describe('a badge', () => {
  it('is earned once, whatever event comes with it, and told of once', async () => {
    const userId = newUser();
    const first = weekOf(userId);
    const { outcome, badge } = await awardBadge(database.client, first);

    expect({ outcome, source: badge.sourceEventId }).toEqual({ outcome: 'recorded', source: first.id });
    for (const again of [first, weekOf(userId)])
      expect(await awardBadge(database.client, again)).toEqual({ outcome: 'known', badge });
    await awardBadge(database.client, weekOf(userId, 'month-in-a-row'));
    expect((await listBadges(database.client, userId)).map((each) => each.badge)).toEqual([
      'week-in-a-row',
      'month-in-a-row',
    ]);
    expect((await toldOf(userId)).map(({ metadata }) => metadata)).toEqual(
      expect.arrayContaining([{ badge: 'week-in-a-row' }, { badge: 'month-in-a-row' }]),
    );
    expect(await toldOf(userId)).toHaveLength(2);
  });

  it(`of ${CALLERS} events at once is that of one, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = newUser();
      const { won } = await race(() => awardBadge(database.client, weekOf(userId)));

      expect(won.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
      expect(new Set(won.map(({ badge }) => badge.sourceEventId)).size).toBe(1);
      expect(await toldOf(userId)).toHaveLength(1);
    }
  });

  it('with a name or an id that cannot be is refused, and leaves nothing', async () => {
    const userId = newUser();
    for (const name of ['A week', '', 'week--in', 'b'.repeat(101), 'über'])
      expect(await refusal(awardBadge(database.client, weekOf(userId, name)))).toBe('BADGE_INVALID');
    expect(await refusal(awardBadge(database.client, { ...weekOf(userId), description: ' ' }))).toBe(
      'EVENT_REFUSED',
    );
    expect(
      await refusal(
        awardBadge(database.client, { ...weekOf(userId), id: userId.replace('-7', '-4') as never }),
      ),
    ).toBe('EVENT_REFUSED');
    expect(await listBadges(database.client, userId)).toEqual([]);
    expect(await toldOf(userId)).toEqual([]);
  });
});
