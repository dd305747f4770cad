import type { ConstraintCase } from './case.js';
import type { TriggerEffect } from './effect.js';

const EVENT = '00000000-0000-7000-8000-00000000e001';
const TOKEN = `gen_random_uuid(), leased_until = now()`;

/** Values are SQL; a case changes the one column it is about. */
const event = (changes: Record<string, string> = {}): string => {
  const row: Record<string, string> = {
    id: `'${EVENT}'`,
    aggregatetype: `'test.thing'`,
    aggregateid: `'1'`,
    aggregateversion: '1',
    type: `'thing.happened'`,
    payload: `'{}'`,
    ...changes,
  };
  return `INSERT INTO outbox (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')});`;
};

const delivery = (changes = '', eventId = EVENT): string =>
  `INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
   VALUES ('${eventId}', 'test', 'test.thing', '1');
   ${changes === '' ? '' : `UPDATE outbox_deliveries SET ${changes};`}`;

const ofEvent = (object: string, column: string, refused: string[], allowed: string): ConstraintCase[] =>
  refused.map((value) => ({
    object,
    refused: event({ [column]: value }),
    allowed: event({ [column]: allowed }),
  }));

const ofDelivery = (object: string, refused: string[], allowed: string): ConstraintCase[] =>
  refused.map((changes) => ({
    object,
    given: event(),
    refused: delivery(changes),
    allowed: delivery(allowed),
  }));

/** What every database that tells others something demands of its outbox. */
export const outboxCases: readonly ConstraintCase[] = [
  ...ofEvent(
    'outbox_aggregatetype_format_check',
    'aggregatetype',
    [`''`, `'Test.thing'`, `'a' || repeat('b', 100)`, `E'test\\nthing'`],
    `'a' || repeat('b', 99)`,
  ),
  ...ofEvent('outbox_aggregateid_not_blank_check', 'aggregateid', [`''`, `'  '`], `'x'`),
  ...ofEvent('outbox_aggregateversion_check', 'aggregateversion', ['-1'], '0'),
  ...ofEvent('outbox_type_format_check', 'type', [`''`, `'happened'`, `'Thing.happened'`], `'a.b_c'`),
  ...ofEvent('outbox_version_check', 'version', ['0'], '1'),
  ...ofEvent('outbox_payload_object_check', 'payload', [`'[]'`, `'"text"'`, `'null'`], `'{"a": []}'`),
  ...ofEvent(
    'outbox_payload_size_check',
    'payload',
    [`jsonb_build_object('a', repeat('x', 524288 - 8))`],
    `jsonb_build_object('a', repeat('x', 524288 - 9))`,
  ),
  ...ofEvent('outbox_trace_context_check', 'trace_context', [`''`, `repeat('0', 513)`], `repeat('0', 512)`),
  {
    object: 'outbox_unchanged_rule',
    given: event(),
    refused: `UPDATE outbox SET payload = '{"a": 1}'`,
    allowed: 'DELETE FROM outbox',
  },
  ...ofDelivery('outbox_deliveries_attempts_check', ['attempts = -1'], 'attempts = 0'),
  ...ofDelivery(
    'outbox_deliveries_lease_check',
    ['lease_token = gen_random_uuid()', 'leased_until = now()'],
    `lease_token = ${TOKEN}`,
  ),
  ...ofDelivery(
    'outbox_deliveries_end_check',
    [
      `delivered_at = now(), dead_at = now(), reason = 'r'`,
      `delivered_at = now(), lease_token = ${TOKEN}`,
      `dead_at = now(), reason = 'r', lease_token = ${TOKEN}`,
    ],
    'delivered_at = now()',
  ),
  ...ofDelivery('outbox_deliveries_dead_reason_check', ['dead_at = now()'], `dead_at = now(), reason = 'r'`),
  ...ofDelivery(
    'outbox_deliveries_reason_check',
    [`reason = ''`, `reason = repeat('r', 1001)`],
    `reason = repeat('r', 1000)`,
  ),
  {
    object: 'outbox_deliveries_event_id_fkey',
    given: event(),
    refused: delivery('', '00000000-0000-7000-8000-00000000e002'),
    allowed: delivery(),
  },
];

/** An event of a type that the package's contracts know goes to somebody. */
export const outboxEffects = (type: string): TriggerEffect[] => [
  {
    trigger: 'outbox_addressed',
    write: event({ type: `'${type}'` }),
    shows: `SELECT count(*) > 0 FROM outbox_deliveries WHERE event_id = '${EVENT}'`,
  },
];
