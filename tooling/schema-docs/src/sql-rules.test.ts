import { expect, it } from 'vitest';
import { sqlRules } from './sql-rules.js';

const initial = `
-- A heading; it belongs to no statement.

CREATE TABLE "invoices" (
  "id" UUID NOT NULL,
  "note" TEXT DEFAULT 'a (; b', -- CONSTRAINT "commented_check" CHECK (false)
  CONSTRAINT "invoices_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "invoices_total_check" CHECK ("total" = ("subtotal" - "discount") + "tax")
);

-- A number is given once.
CREATE UNIQUE INDEX "invoices_number_key" ON "invoices"("number");
CREATE UNIQUE INDEX "invoices_open_key" ON "invoices"("user_id", "status" DESC) WHERE "status" = 'OPEN';
CREATE UNIQUE INDEX invoices_code_key ON public.invoices (lower(code));

ALTER TABLE "invoices"
  -- Not for long.
  -- It goes.
  ADD CONSTRAINT "invoices_gone_check" CHECK (true),
  ADD CONSTRAINT "invoices_period_excl" EXCLUDE USING gist ("user_id" WITH =, tstzrange("a", "b") WITH &&)
    WHERE ("status" <> 'VOID');

-- Refuses what is final.
CREATE FUNCTION "rules"."keep"() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- CONSTRAINT "text_check" CHECK (false);
  RAISE EXCEPTION 'no; not "at all"';
END
$body$;

-- Paid is final.
CREATE TRIGGER "invoices_final_rule" BEFORE UPDATE OR DELETE ON "invoices"
  FOR EACH ROW EXECUTE FUNCTION "rules"."keep"('x', 'Write another one.');

CREATE TRIGGER "invoices_hinted_rule" BEFORE UPDATE OF "total" ON "invoices"
  FOR EACH ROW EXECUTE FUNCTION "rules"."keep"('PAID', 'Write the customer''s next one.');

CREATE CONSTRAINT TRIGGER "invoices_plain_rule" AFTER INSERT ON "invoices" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION "rules"."keep"();
`;

it('finds each kind of rule, with its condition and the comment above it', () => {
  expect(sqlRules([initial])).toEqual([
    expect.objectContaining({
      kind: 'check',
      name: 'invoices_total_check',
      table: 'invoices',
      condition: '"total" = ("subtotal" - "discount") + "tax"',
      reason: '',
    }),
    expect.objectContaining({
      kind: 'unique',
      name: 'invoices_open_key',
      condition: `("user_id", "status" DESC) WHERE "status" = 'OPEN'`,
    }),
    expect.objectContaining({
      kind: 'unique',
      name: 'invoices_code_key',
      table: 'invoices',
      condition: '(lower(code))',
    }),
    expect.objectContaining({ kind: 'check', name: 'invoices_gone_check', reason: 'Not for long. It goes.' }),
    expect.objectContaining({
      kind: 'exclusion',
      reason: '',
      name: 'invoices_period_excl',
      condition: `("user_id" WITH =, tstzrange("a", "b") WITH &&) WHERE ("status" <> 'VOID')`,
    }),
    {
      kind: 'trigger',
      name: 'invoices_final_rule',
      table: 'invoices',
      condition: 'before update or delete',
      reason: 'Paid is final.',
    },
    expect.objectContaining({
      condition: 'before update of total',
      reason: "Write the customer's next one.",
    }),
    expect.objectContaining({ condition: 'after insert, at commit', reason: 'Refuses what is final.' }),
  ]);
});

it('forgets what a later migration drops', () => {
  const later = `
    ALTER TABLE "invoices" DROP CONSTRAINT IF EXISTS "invoices_gone_check";
    DROP INDEX "invoices_open_key";
    DROP TRIGGER "invoices_final_rule" ON "invoices";`;

  expect(sqlRules([initial, later]).map(({ name }) => name)).toEqual([
    'invoices_total_check',
    'invoices_code_key',
    'invoices_period_excl',
    'invoices_hinted_rule',
    'invoices_plain_rule',
  ]);
});
