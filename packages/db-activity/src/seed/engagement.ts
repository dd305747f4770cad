import { after, DAY, MINUTE, type Person, SEED_NOW, seedId } from '@codezest/db-core/seed';
import type { ActivityType } from '@codezest/db-types';
import { levelOf } from '../level.js';
import { type Entry, historyOf } from './history.js';

/** What a person's history has added up to. */
export interface Engagement {
  readonly points: number;
  readonly level: number;
  readonly streak: number;
  readonly longestStreak: number;
  readonly lastActiveAt: Date;
}

/** Points by activity. */
export const pointsFor: Readonly<Record<ActivityType, number>> = {
  USER_JOINED: 10,
  LANGUAGE_ENROLLED: 5,
  MODULE_STARTED: 5,
  MATERIAL_COMPLETED: 10,
  ASSIGNMENT_SUBMITTED: 10,
  ASSIGNMENT_GRADED: 20,
  QUIZ_COMPLETED: 15,
  MODULE_COMPLETED: 50,
  CERTIFICATE_EARNED: 250,
  BADGE_EARNED: 25,
  SUBSCRIPTION_CHANGED: 0,
};

/** Badges by the streak or the activity that earns them. */
const streakBadges = new Map([
  [3, 'Three days in a row'],
  [7, 'A week in a row'],
  [30, 'A month in a row'],
]);
const firstBadges = new Map<ActivityType, string>([
  ['MODULE_COMPLETED', 'First module'],
  ['CERTIFICATE_EARNED', 'First certificate'],
]);

/** A person's history with the badges that it earned, oldest first, and its sum. */
export function engagedHistoryOf(person: Person): { entries: Entry[]; engagement: Engagement } {
  const entries: Entry[] = [];
  const badges = new Set<string>();
  let points = 0;
  let streak = 0;
  let longestStreak = 0;
  let lastActiveAt = person.joinedAt;

  const add = (entry: Entry): void => {
    entries.push(entry);
    points += pointsFor[entry.type];
  };

  for (const entry of historyOf(person)) {
    const days = entries.length === 0 ? undefined : dayOf(entry.at) - dayOf(lastActiveAt);
    if (days !== 0) streak = days === 1 ? streak + 1 : 1;
    longestStreak = Math.max(longestStreak, streak);
    lastActiveAt = entry.at;
    add(entry);
    for (const badge of [streakBadges.get(streak), firstBadges.get(entry.type)]) {
      if (badge === undefined || badges.has(badge)) continue;
      badges.add(badge);
      const earned = badgeEntry(person, badge, entry.at);
      if (earned) add(earned);
    }
  }
  return { entries, engagement: { points, level: levelOf(points), streak, longestStreak, lastActiveAt } };
}

/** A minute after what earned it; undefined where the seed's now or the day ends before. */
function badgeEntry(person: Person, badge: string, earnedAt: Date): Entry | undefined {
  const at = after(earnedAt, MINUTE);
  if (at >= SEED_NOW || dayOf(at) !== dayOf(earnedAt)) return undefined;
  return {
    id: seedId('UserActivity', `${person.index}/${badge}`, at),
    at,
    type: 'BADGE_EARNED',
    description: `Earned the badge “${badge}”`,
    metadata: { badge },
  };
}

/** Streaks count days in UTC. */
function dayOf(moment: Date): number {
  return Math.floor(moment.getTime() / DAY);
}
