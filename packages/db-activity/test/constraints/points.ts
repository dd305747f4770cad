import type { ConstraintCase } from '@codezest/constraint-tests';
import { day, entry, OTHER_USER, USER } from './rows.js';

const SOURCE = "'01900000-0000-7000-8000-00000000000a'";
const ENTRY = "'01900000-0000-7000-8000-00000000000b'";
const award = entry({ id: ENTRY, source_event_id: SOURCE });
const reversal = (values: Record<string, string> = {}) =>
  entry({ reverses_id: ENTRY, points: '-5', ...values });

export const points: ConstraintCase[] = [
  {
    object: 'points_entries_source_event_id_key',
    given: award,
    refused: entry({ source_event_id: SOURCE }),
    allowed: entry(),
  },
  {
    object: 'points_entries_reverses_id_key',
    given: `${award} ${reversal()}`,
    refused: reversal(),
    allowed: entry(),
  },
  {
    object: 'points_entries_reverses_id_fkey',
    given: award,
    refused: reversal({ reverses_id: SOURCE }),
    allowed: reversal(),
  },
  {
    object: 'points_entries_source_check',
    refused: entry({ source_event_id: 'NULL' }),
    allowed: entry(),
  },
  {
    object: 'points_entries_source_check',
    given: award,
    refused: reversal({ source_event_id: 'gen_random_uuid()' }),
    allowed: reversal(),
  },
  {
    object: 'points_entries_points_check',
    refused: entry({ points: '-1' }),
    allowed: entry({ points: '0' }),
  },
  ...["' '", "repeat('x', 201)"].map((reason) => ({
    object: 'points_entries_reason_check',
    refused: entry({ reason }),
    allowed: entry({ reason: "repeat('x', 200)" }),
  })),
  ...[
    ['points', '-4'],
    ['user_id', OTHER_USER],
  ].map(([column = '', value = '']) => ({
    object: 'points_entries_reversal_rule',
    given: award,
    refused: reversal({ [column]: value }),
    allowed: reversal(),
  })),
  ...[
    'UPDATE points_entries SET points = 6',
    'DELETE FROM points_entries',
    'TRUNCATE points_entries CASCADE',
  ].map((refused) => ({
    object: 'points_entries_append_only_rule',
    given: award,
    refused,
    sqlState: '42501',
    allowed: reversal(),
  })),
  {
    object: 'points_entries_append_only_rule',
    given: `${award} ${reversal()} SET LOCAL codezest.erased_user = ${OTHER_USER};`,
    refused: 'DELETE FROM points_entries',
    sqlState: '42501',
    allowed: `SET LOCAL codezest.erased_user = ${USER}; DELETE FROM points_entries`,
  },
  {
    object: 'activity_days_time_zone_check',
    refused: day({ time_zone: "'IST'" }),
    allowed: day({ time_zone: "'Asia/Kolkata'" }),
  },
  {
    object: 'activity_days_period_check',
    refused: day({ ends_at: "'2026-09-30T22:00:00Z'" }),
    allowed: day(),
  },
  ...["'2026-10-03T22:00:01Z'", "'2026-09-28T21:59:59Z'"].map((last_at) => ({
    object: 'activity_days_last_at_check',
    refused: day({ last_at }),
    allowed: day({ last_at: "'2026-10-03T22:00:00Z'" }),
  })),
];
