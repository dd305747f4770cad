import { type ConstraintCase, erasureCases } from '@codezest/constraint-tests';
import { id, user } from './rows.js';

const request = (changes: Record<string, string> = {}): string => {
  const row: Record<string, string> = {
    id: `'${id(1)}'`,
    user_id: `'${id(1)}'`,
    requested_at: "'2026-01-01Z'",
    due_at: "'2026-01-31Z'",
    ...changes,
  };
  return `INSERT INTO erasure_requests (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')});`;
};
const closed = { user_id: 'NULL', closed_at: "'2026-01-02Z'" };
const report = (service: string, tables = '{"users": 1}', requestId = id(1)): string =>
  `INSERT INTO erasure_reports (request_id, service, tables) VALUES ('${requestId}', '${service}', '${tables}');`;

const requests: ConstraintCase[] = [
  {
    object: 'erasure_requests_due_at_check',
    refused: request({ due_at: "'2026-01-01Z'" }),
    allowed: request({ due_at: "'2026-01-01 00:00:01Z'" }),
  },
  {
    object: 'erasure_requests_closed_at_check',
    refused: request({ ...closed, closed_at: "'2025-12-31Z'" }),
    allowed: request({ ...closed, closed_at: "'2026-01-01Z'" }),
  },
  ...[request({ closed_at: "'2026-01-02Z'" }), request({ user_id: 'NULL' })].map((refused) => ({
    object: 'erasure_requests_user_id_check',
    refused,
    allowed: request(closed),
  })),
  {
    object: 'erasure_requests_user_id_key',
    given: request(),
    refused: request({ id: `'${id(2)}'` }),
    allowed: request({ id: `'${id(2)}'`, user_id: `'${id(2)}'` }),
  },
  {
    object: 'erasure_requests_closed_rule',
    given: request(closed) + request({ id: `'${id(2)}'` }),
    refused: `UPDATE erasure_requests SET due_at = '2026-02-01Z' WHERE id = '${id(1)}'`,
    allowed: `UPDATE erasure_requests SET due_at = '2026-02-01Z' WHERE id = '${id(2)}'`,
  },
  {
    object: 'erasure_reports_service_check',
    given: request(),
    refused: report('shop'),
    allowed: report('payments'),
  },
  {
    object: 'erasure_reports_tables_check',
    given: request(),
    refused: report('auth', '[]'),
    allowed: report('auth'),
  },
  {
    object: 'erasure_reports_request_id_fkey',
    given: request(),
    refused: report('auth', '{}', id(2)),
    allowed: report('auth', '{}'),
  },
];

export const erasure: ConstraintCase[] = [
  ...requests,
  ...erasureCases(`'${id(1)}'`, `'${id(2)}'`, { users: { row: user() } }),
];
