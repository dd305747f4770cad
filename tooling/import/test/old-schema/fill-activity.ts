import { idSql } from './ids.js';

const user = (n: string) => idSql('users', n);

export function fillActivity(users: number): string[] {
  const each = `generate_series(1, ${users}) AS n`;
  return [
    `INSERT INTO "activity.user_activities" ("id", "userId", "type", "description", "metadata", "createdAt")
     SELECT ${idSql('activities', 'n * 8 + k')}, ${user('n')}, CASE k WHEN 0 THEN 'user_registered' ELSE 'MATERIAL_COMPLETED' END, 'Did something',
       '{"a":1}', timestamp '2026-05-01' + (n % 100 + k * 10) * interval '1 hour'
     FROM ${each}, generate_series(0, 7) AS k`,
    `INSERT INTO "activity.analytics_events" ("id", "eventName", "userId", "properties", "createdAt")
     SELECT ${idSql('events', 'n * 8 + k')}, CASE k WHEN 0 THEN 'PageView' ELSE 'lesson.opened' END, CASE WHEN k < 6 THEN ${user('n')} END,
       '{"path":"/"}', timestamp '2026-06-01' + (n % 100 + k * 10) * interval '1 hour'
     FROM ${each}, generate_series(0, 7) AS k`,
  ];
}
