import type { ConstraintCase } from './case.js';

/** What every database demands of the events that others tell it. */
export const receivedEventCases: ConstraintCase[] = [
  { name: 'type', refused: "''", allowed: "repeat('t', 100)" },
  { name: 'type', refused: "repeat('t', 101)", allowed: "'user.deleted'" },
  { name: 'version', refused: '0', allowed: '1' },
  { name: 'aggregatetype', refused: "'Auth User'", allowed: "'auth.user'" },
  { name: 'aggregateid', refused: "''", allowed: "repeat('i', 200)" },
  { name: 'aggregateid', refused: "repeat('i', 201)", allowed: "'i'" },
  { name: 'aggregateversion', refused: '-1', allowed: '0' },
  { name: 'payload', refused: "'[]'", allowed: "'{}'" },
  {
    name: 'payload',
    refused: "jsonb_build_object('a', repeat('a', 524280))",
    allowed: "jsonb_build_object('a', repeat('a', 524270))",
  },
  { name: 'attempts', refused: '-1', allowed: '0' },
].map(({ name, refused, allowed }) => ({
  object: `received_events_${name}_check`,
  refused: received({ [name]: refused }),
  allowed: received({ [name]: allowed }),
}));

receivedEventCases.push(
  {
    object: 'received_events_one_end_check',
    refused: received({ processed_at: 'now()', dead_at: 'now()', reason: "'EVENT_INVALID'" }),
    allowed: received({ processed_at: 'now()', reason: "'EVENT_INVALID'" }),
  },
  {
    object: 'received_events_dead_reason_check',
    refused: received({ dead_at: 'now()' }),
    allowed: received({ dead_at: 'now()', reason: "'EVENT_INVALID'" }),
  },
);

/** An insert of an event, with some columns as SQL. */
function received(columns: Readonly<Record<string, string>>): string {
  const values = {
    id: "'01900000-0000-7000-8000-00000000e7e1'",
    type: "'user.deleted'",
    version: '1',
    aggregatetype: "'auth.user'",
    aggregateid: "'a user'",
    aggregateversion: '1',
    payload: "'{}'",
    occurred_at: 'now()',
    ...columns,
  };
  return `INSERT INTO received_events (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`;
}
