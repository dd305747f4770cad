import {
  after,
  HOUR,
  MINUTE,
  type Person,
  Random,
  SEED_NOW,
  SEED_START,
  seedId,
} from '@codezest/db-core/seed';
import type { UserId } from '@codezest/db-types';
import type { AnalyticsProperties } from '../json-types.js';
import type { Entry } from './history.js';

export type AnalyticsRow = {
  readonly id: string;
  readonly event_name: string;
  readonly user_id: UserId | null;
  readonly properties: AnalyticsProperties;
  readonly created_at: Date;
};

const sources = { search: 45, direct: 25, friend: 15, newsletter: 5, video: 10 };
const devices = { desktop: 60, phone: 33, tablet: 7 };

/** How a person found us, and what they clicked around a part of what they learnt. */
export function analyticsOf(person: Person, entries: readonly Entry[]): AnalyticsRow[] {
  const random = new Random('analytics', person.index);
  const device = random.weighted(devices);
  const rows: AnalyticsRow[] = [];
  const add = (
    event_name: string,
    created_at: Date,
    properties: AnalyticsProperties,
    user_id: UserId | null = person.id,
  ): void => {
    if (created_at < SEED_START || created_at >= SEED_NOW) return;
    const id = seedId('AnalyticsEvent', `${person.index}/${rows.length}`, created_at);
    rows.push({ id, event_name, user_id, properties: { device, ...properties }, created_at });
  };

  const visit = { country: person.country, source: random.weighted(sources) };
  add('landing.viewed', after(person.joinedAt, -random.between(2 * MINUTE, 20 * HOUR)), visit, null);
  add('signup.started', after(person.joinedAt, -random.between(MINUTE, 6 * MINUTE)), visit, null);
  add('signup.completed', person.joinedAt, visit);
  if (person.paidSince) {
    add('pricing.viewed', after(person.paidSince, -random.between(3 * MINUTE, 3 * HOUR)), {});
    add('checkout.completed', person.paidSince, { plan: person.plan });
  }
  for (const { type, at } of entries) {
    if (type === 'MATERIAL_COMPLETED' && random.chance(0.15)) {
      add('lesson.opened', after(at, -random.between(5 * MINUTE, 40 * MINUTE)), {
        from: random.pick(['module', 'feed']),
      });
    }
    if (type === 'ASSIGNMENT_SUBMITTED') {
      add('editor.code_run', after(at, -random.between(MINUTE, HOUR)), { runs: random.int(1, 14) });
    }
    if (type === 'QUIZ_COMPLETED' && random.chance(0.3)) {
      add('quiz.review_opened', after(at, random.between(1_000, 5 * MINUTE)), {});
    }
  }
  return rows;
}
