import { eventIdAt } from '../event-id.js';

/** SQL values by column; each case says only what it is about. */
type Values = Record<string, string>;

export const USER = "'01900000-0000-7000-8000-000000000001'";
export const OTHER_USER = "'01900000-0000-7000-8000-000000000002'";

function insert(table: string, values: Values): string {
  return `INSERT INTO ${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')});`;
}

/** The id of an event and its time. */
export function moment(time: Date): { id: string; created_at: string } {
  return { id: `'${eventIdAt(time)}'`, created_at: `'${time.toISOString()}'` };
}

export const noon = moment(new Date('2026-10-01T12:00:00.123Z'));

export const activity = (values: Values = {}): string =>
  insert('user_activities', {
    ...noon,
    user_id: USER,
    type: "'MODULE_STARTED'",
    description: "'Started'",
    ...values,
  });

export const event = (values: Values = {}): string =>
  insert('analytics_events', { ...noon, user_id: USER, event_name: "'page.viewed'", ...values });

export const engagement = (values: Values = {}): string =>
  insert('user_engagements', { id: 'gen_random_uuid()', user_id: USER, updated_at: 'now()', ...values });
