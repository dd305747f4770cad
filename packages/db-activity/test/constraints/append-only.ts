import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { activity, event, moment, noon, USER } from './rows.js';

const MINUTE = 60_000;
const soon = (minutes: number) => moment(new Date(Date.now() + minutes * MINUTE));

/** An object of 16,384 bytes or just above, as jsonb counts them. */
const sized = (length: number) => `jsonb_build_object('text', repeat('x', ${length}))`;

const tables = [
  { table: 'user_activities', row: activity, json: 'metadata' },
  { table: 'analytics_events', row: event, json: 'properties' },
];

/** What both append-only tables demand. */
const shared: ConstraintCase[] = tables.flatMap(({ table, row, json }) => [
  {
    object: `${table}_id_is_v7_check`,
    refused: row({ id: "'5a0e0000-0000-4000-8000-000000000000'" }),
    allowed: row(),
  },
  {
    object: `${table}_created_at_of_id_check`,
    refused: row({ created_at: "'2026-10-01 12:00:01.124Z'" }),
    allowed: row({ created_at: "'2026-10-01 12:00:01.123Z'" }),
  },
  {
    object: `${table}_not_before_2010_check`,
    refused: row(moment(new Date('2009-12-31T23:59:59.999Z'))),
    allowed: row(moment(new Date('2010-01-01T00:00:00Z'))),
  },
  {
    object: `${table}_not_in_future_check`,
    refused: row(soon(6)),
    allowed: row(soon(4)),
  },
  {
    object: `${table}_${json}_object_check`,
    refused: row({ [json]: "'null'" }),
    allowed: row({ [json]: "'{}'" }),
  },
  {
    object: `${table}_${json}_size_check`,
    refused: row({ [json]: sized(16_384) }),
    allowed: row({ [json]: sized(16_300) }),
  },
  ...[`UPDATE ${table} SET user_id = user_id`, `DELETE FROM ${table}`, `TRUNCATE ${table}`].map(
    (refused) => ({
      object: `${table}_append_only_rule`,
      given: row(),
      refused,
      sqlState: '42501',
      allowed: row(moment(new Date('2026-10-01T12:00:01Z'))),
    }),
  ),
  {
    object: `${table}_append_only_rule`,
    given: `${row()} SET LOCAL codezest.erased_user = '01900000-0000-7000-8000-000000000002';`,
    refused: `DELETE FROM ${table}`,
    sqlState: '42501',
    allowed: `SET LOCAL codezest.erased_user = ${USER}; DELETE FROM ${table}`,
  },
]);

/** A clock that has moved on between id and row makes no difference. */
export const timeEffects: TriggerEffect[] = tables.map(({ table, row }) => ({
  trigger: `${table}_time_from_id`,
  write: row({ created_at: "'2026-10-01 12:00:00.128Z'" }),
  shows: `SELECT created_at = '2026-10-01 12:00:00.123Z' FROM ${table}`,
}));

export const appendOnly: ConstraintCase[] = [
  ...shared,
  {
    object: 'user_activities_description_not_blank_check',
    refused: activity({ description: "' '" }),
    allowed: activity(noon),
  },
  ...["'Page viewed'", "'page..viewed'", "'page.'", "repeat('p', 101)"].map((name) => ({
    object: 'analytics_events_event_name_check',
    refused: event({ event_name: name }),
    allowed: event({ event_name: "'lesson.video_paused_2'" }),
  })),
];
