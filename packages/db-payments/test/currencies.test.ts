import { codes, code as currencyOf } from 'currency-codes';
import * as dinero from 'dinero.js/currencies';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
let exponents: Map<string, number>;

beforeAll(async () => {
  database = await createTestDatabase();
  const rows = await database.client.currency.findMany();
  exponents = new Map(rows.map(({ code, exponent }) => [code, exponent]));
});
afterAll(() => database?.drop());

/** Withdrawn since the list of currency-codes 2.2.0, of June 2024, or before 2026. */
const WITHDRAWN = ['ANG', 'BGN', 'CUC'];
/** Added since. */
const ADDED = ['XAD', 'XCG'];
/** Metals, units of account, tests, none: ISO gives them no smallest unit, so that nothing costs an amount of them. */
const WITHOUT_UNIT = codes().filter((code) => /^X(A[GU]|B[A-D]|DR|P[DT]|SU|TS|UA|X{2})$/.test(code));
/** Ariary and ouguiya have fifths: dinero.js counts those, ISO 4217 gives them two decimals. */
const IN_FIFTHS = ['MGA', 'MRU'];

const ofDinero = new Map(Object.values(dinero).map(({ code, exponent }) => [String(code), exponent]));

test('are those of ISO 4217 in 2026, as two public lists have them', () => {
  const listed = codes().filter((code) => ![...WITHDRAWN, ...WITHOUT_UNIT].includes(code));

  expect([...exponents.keys()].sort()).toEqual([...listed, ...ADDED].sort());
  expect([...ofDinero.keys()].filter((code) => !exponents.has(code) && !WITHDRAWN.includes(code))).toEqual(
    [],
  );
  expect([...exponents.keys()].filter((code) => !ofDinero.has(code))).toEqual([]);
});

test('have the decimals that both lists give them, from none to four', () => {
  const wrong = [...exponents].filter(([code, exponent]) => {
    const listed = ADDED.includes(code) ? exponent : currencyOf(code)?.digits;
    const counted = IN_FIFTHS.includes(code) ? exponent : ofDinero.get(code);
    return listed !== exponent || counted !== exponent;
  });

  expect(wrong).toEqual([]);
  expect(new Set(exponents.values())).toEqual(new Set([0, 2, 3, 4]));
});
