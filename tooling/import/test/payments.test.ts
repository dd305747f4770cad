import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RejectedRow, runImport } from '../src/engine/run-import.js';
import { verify } from '../src/verify/verify.js';
import { differences } from '../src/verify/verify-service.js';
import { fillAuth } from './old-schema/fill-auth.js';
import { fillPayments } from './old-schema/fill-payments.js';
import { createOldDatabase, type OldDatabase } from './old-schema/old-database.js';
import { keys, paymentsTarget, type TargetDatabase } from './targets.js';

let old: OldDatabase;
let target: TargetDatabase;

beforeAll(async () => {
  old = await createOldDatabase(300, [fillAuth, fillPayments]);
  target = await paymentsTarget();
});
afterAll(async () => {
  await target.drop();
  await old.drop();
});

const run = async () => {
  const rejects: RejectedRow[] = [];
  const [report] = await runImport({
    sourceUrl: old.url,
    targets: [target],
    keys,
    onReject: (row) => rejects.push(row),
  });
  return { report, rejects };
};

it('subscriptions, methods, invoices and payments go over and are equal afterwards', async () => {
  const { rejects } = await run();

  expect(rejects).toEqual([]);
  const result = await verify({ sourceUrl: old.url, targets: [target], keys });
  expect(result.services.flatMap(({ tables }) => differences(tables))).toEqual([]);
  const { report } = await run();
  for (const step of report?.steps ?? []) expect(step).toMatchObject({ added: 0, changed: 0 });
});

it('invoices have the numbers of their years without gaps, in the order of their issue', async () => {
  const rows = await target.query<{ number: string; issued: Date; note: string }>(
    'SELECT invoice_number AS number, issued_at AS issued, note FROM invoices WHERE issued_at IS NOT NULL ORDER BY issued_at, id',
  );
  const of = (year: number) => rows.filter(({ issued }) => issued.getUTCFullYear() === year);

  for (const year of [2025, 2026]) {
    const numbers = of(year).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(5);
    expect([...numbers].sort()).toEqual(
      numbers.map((_, at) => `CZ-${year}-${String(at + 1).padStart(6, '0')}`),
    );
  }
  expect(rows.every(({ note }) => /^Number before the move: INV-\d+-\d$/.test(note))).toBe(true);
});

it('statuses are those of the source, and what was given back is refunded', async () => {
  const counts = async (query: (sql: string) => Promise<unknown[]>, table: string) =>
    query(`SELECT status::text, count(*)::int AS n FROM "${table}" GROUP BY 1 ORDER BY 1`);
  const ofOld = (sql: string) => old.client.query(sql).then(({ rows }) => rows);

  for (const table of ['invoices', 'transactions', 'subscriptions'])
    expect(await counts((sql) => target.query(sql), table)).toEqual(await counts(ofOld, `payments.${table}`));
});

it('an invoice that is issued and paid later gets the next number', async () => {
  await old.client.query(
    `UPDATE "payments.invoices" SET status = 'PAID', "issuedAt" = timestamp '2026-11-20', "paidAt" = timestamp '2026-11-21'
     WHERE id = (SELECT id FROM "payments.invoices" WHERE status = 'DRAFT' ORDER BY id LIMIT 1)`,
  );
  await old.client.query(
    `INSERT INTO "payments.invoices" ("id", "subscriptionId", "invoiceNumber", "amount", "total", "status", "issuedAt", "paidAt")
     SELECT 'new', id, 'INV-new', 500, 500, 'PAID', timestamp '2026-11-22', timestamp '2026-11-22' FROM "payments.subscriptions" LIMIT 1`,
  );
  const { rejects } = await run();

  expect(rejects).toEqual([]);
  const [last] = await target.query<Record<string, unknown>>(
    'SELECT note, status::text, total::int FROM invoices ORDER BY invoice_number DESC NULLS LAST LIMIT 1',
  );
  expect(last).toEqual({ note: 'Number before the move: INV-new', status: 'PAID', total: 500 });
});
