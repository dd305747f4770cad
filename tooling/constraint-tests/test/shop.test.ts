import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConstraintCase, failureOf } from '../src/case.js';
import { namedObjects } from '../src/catalog.js';
import type { TriggerEffect } from '../src/effect.js';
import { mutationScore } from '../src/mutation.js';
import { openShop, type Shop } from './shop.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.drop());

const ada = `INSERT INTO customers VALUES (1, 'ada@example.com');`;
const visit = `INSERT INTO visits VALUES (1, '2026-01-01');`;
const stay = (nights: string, price = '1') => `INSERT INTO stays VALUES (1, 1, '${nights}', ${price});`;

const cases: ConstraintCase[] = [
  {
    object: 'amount_check',
    given: ada,
    refused: stay('[1,2)', '0'),
    allowed: stay('[1,2)', '1'),
  },
  {
    object: 'customers_email_check',
    refused: `INSERT INTO customers VALUES (1, 'ada')`,
    allowed: `INSERT INTO customers VALUES (1, 'a@b')`,
  },
  {
    object: 'customers_email_key',
    given: ada,
    refused: `INSERT INTO customers VALUES (2, 'ada@example.com', true)`,
    allowed: `INSERT INTO customers VALUES (2, 'Ada@example.com', true)`,
  },
  {
    object: 'customers_email_lower_live_key',
    given: ada,
    refused: `INSERT INTO customers VALUES (2, 'ADA@example.com')`,
    allowed: `INSERT INTO customers VALUES (2, 'ADA@example.com', true)`,
  },
  { object: 'stays_customer_id_fkey', refused: stay('[1,2)'), allowed: stay('[1,2)') + ada },
  {
    object: 'stays_nights_excl',
    given: `${ada} INSERT INTO stays VALUES (2, 1, '[1,3)', 1)`,
    refused: stay('[2,4)'),
    allowed: stay('[3,4)'),
  },
  {
    object: 'stays_id_check',
    given: ada,
    refused: `INSERT INTO stays VALUES (1000, 1, '[1,2)', 1)`,
    allowed: `INSERT INTO stays VALUES (999, 1, '[1,2)', 1)`,
  },
  {
    object: 'visits_id_on_day_key',
    given: visit,
    refused: visit,
    allowed: `INSERT INTO visits VALUES (1, '2026-01-02')`,
  },
  {
    object: 'visits_append_only_rule',
    sqlState: '42501',
    given: visit,
    refused: 'DELETE FROM visits',
    allowed: `INSERT INTO visits VALUES (1, '2026-01-02')`,
  },
  {
    object: 'visits_append_only_rule',
    sqlState: '42501',
    given: visit,
    refused: 'TRUNCATE visits',
    allowed: `INSERT INTO visits VALUES (1, '2026-01-02')`,
  },
  {
    object: 'customers_email_rule',
    given: ada,
    refused: `UPDATE customers SET email = 'countess@example.com'`,
    allowed: 'UPDATE customers SET gone = true',
  },
];

/** What the trigger that refuses nothing does. */
const filledIn: TriggerEffect = {
  trigger: 'customers_note',
  write: ada,
  shows: `SELECT note = 'new' FROM customers`,
};

async function failure(constraintCase: ConstraintCase): Promise<string | undefined> {
  const objects = await namedObjects(shop.client);
  const object = objects.find(({ name }) => name === constraintCase.object);
  if (!object) throw new Error(`The shop has no ${constraintCase.object}`);
  return failureOf(shop.client, constraintCase, object);
}

describe('the catalog', () => {
  test('lists every object that refuses, and no partition, primary key or NOT NULL', async () => {
    const objects = await namedObjects(shop.client);

    expect(objects.map(({ name }) => name).sort()).toEqual(
      [...new Set(cases.map(({ object }) => object))].sort(),
    );
  });

  test('lists a trigger that raises without a name under its own', async () => {
    await shop.client.query('BEGIN');
    await shop.client.query(`
      CREATE FUNCTION anonymous() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TRIGGER customers_anonymous BEFORE DELETE ON customers EXECUTE FUNCTION anonymous()`);
    const objects = await namedObjects(shop.client);
    await shop.client.query('ROLLBACK');

    expect(objects.map(({ name }) => name)).toContain('customers_anonymous');
  });
});

describe('a case', () => {
  const good = cases.filter(({ object }) => object !== 'customers_email_rule');

  test.each(good)('of $object holds', async (constraintCase) => {
    expect(await failure(constraintCase)).toBeUndefined();
  });

  const [check] = cases.filter(({ object }) => object === 'customers_email_check') as [ConstraintCase];

  test.each<[reason: string, ConstraintCase]>([
    ['the write to be refused was accepted', { ...check, refused: ada }],
    ['was refused by customers_pkey (23505)', { ...check, refused: ada + ada }],
    ['was refused by no named object (42P01', { ...check, refused: 'DELETE FROM nowhere' }],
    ['refused with 23514, not 42501', { ...check, sqlState: '42501' }],
    ['the allowed write was refused by customers_email_check', { ...check, allowed: check.refused }],
    ['touched no row', { ...check, allowed: 'UPDATE customers SET gone = true' }],
    ['does not quote its name: no name in here', cases.at(-1) as ConstraintCase],
  ])('fails because: %s', async (reason, constraintCase) => {
    expect(await failure(constraintCase)).toContain(reason);
  });

  test('says when its given rows are refused', async () => {
    await expect(failure({ ...check, given: check.refused })).rejects.toThrow(
      'customers_email_check: its given rows are refused by customers_email_check',
    );
  });

  test('leaves no row behind', async () => {
    await failure(check);

    expect((await shop.client.query('SELECT FROM customers')).rowCount).toBe(0);
  });
});

describe('the mutation score', () => {
  const scoreOf = async (tried: ConstraintCase[], effects = [filledIn]) => {
    const { constraints, triggers } = await mutationScore(shop.url, tried, effects);
    return {
      mutants: constraints.mutants + triggers.mutants,
      survivors: [...constraints.survivors, ...triggers.survivors],
    };
  };

  test('has no survivor when each object taken away is missed', async () => {
    expect(await mutationScore(shop.url, cases, [filledIn])).toEqual({
      constraints: { mutants: 8, survivors: [] },
      triggers: { mutants: 4, survivors: [] },
    });
  });

  test('names the trigger whose rule is only proven for another one', async () => {
    const { survivors } = await scoreOf(cases.filter(({ refused }) => refused !== 'TRUNCATE visits'));

    expect(survivors).toEqual([
      expect.stringContaining(
        'DROP TRIGGER visits_truncate ON public.visits: visits_append_only_rule is still',
      ),
    ]);
  });

  test('names the case that another object refuses as well, unless it says so', async () => {
    const live = { refused: `INSERT INTO customers VALUES (2, 'ada@example.com')` };
    const shadowed = cases.map((one) => (one.object === 'customers_email_key' ? { ...one, ...live } : one));
    const admitted = shadowed.map((one) =>
      one.object === 'customers_email_key' ? { ...one, otherwise: 'customers_email_lower_live_key' } : one,
    );

    expect((await scoreOf(shadowed)).survivors).toEqual([
      expect.stringContaining('is still refused by customers_email_lower_live_key'),
    ]);
    expect((await scoreOf(admitted)).survivors).toEqual([]);
  });

  test('names the trigger whose effect shows without it, and the one that has none', async () => {
    const idle = { ...filledIn, shows: 'SELECT count(*) = 1 FROM customers' };

    expect((await scoreOf(cases, [idle])).survivors).toEqual([
      expect.stringContaining('customers_note ON public.customers: its effect is still there'),
    ]);
    expect((await scoreOf(cases, [])).survivors).toEqual([
      expect.stringContaining('no effect says what it does'),
    ]);
  });

  test('counts an object without a case as survivor', async () => {
    const { mutants, survivors } = await scoreOf([], []);

    expect(survivors).toHaveLength(mutants);
    expect(survivors[0]).toContain('no case');
  });
});
