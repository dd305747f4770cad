import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  creditInvoice,
  draftInvoice,
  type InvoiceDocument,
  invoiceDocument,
  issueInvoice,
  type PrismaClient,
  recordTransaction,
  voidInvoice,
} from '../src/index.js';
import { racingDatabase, refusalCode } from './callers.js';
import type { TestDatabase } from './database.js';
import { ciiOf } from './electronic-invoices/cii.js';
import { credited, issued, scenarios, seller } from './electronic-invoices/scenarios.js';
import { ublOf } from './electronic-invoices/ubl.js';
import { newUser, startPro } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;
beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** For `validate-electronic-invoices`, which has the rules of the norm. */
const FOLDER = process.env.ELECTRONIC_INVOICES_FOLDER;

function written(name: string, document: InvoiceDocument): string {
  const ubl = ublOf(document);
  if (FOLDER !== undefined) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${name}.ubl.xml`), ubl);
    writeFileSync(join(FOLDER, `${name}.cii.xml`), ciiOf(document));
  }
  return ubl;
}

/** Whole units of the last decimal, so that sums are exact. */
const whole = (amount = '0') => Math.round(Number(amount) * 100);
const sum = (amounts: readonly (string | undefined)[]) =>
  amounts.reduce((total, amount) => total + whole(amount), 0);

/** The sums of EN 16931, with the numbers of its rules. */
function expectSums(document: InvoiceDocument): void {
  const { 'BG-20': allowances, 'BG-22': totals, 'BG-23': taxes, 'BG-25': lines } = document;
  expect(whole(totals['BT-106']), 'BR-CO-10').toBe(sum(lines.map((line) => line['BT-131'])));
  expect(whole(totals['BT-107']), 'BR-CO-11').toBe(sum(allowances.map((each) => each['BT-92'])));
  expect(whole(totals['BT-109']), 'BR-CO-13').toBe(whole(totals['BT-106']) - whole(totals['BT-107']));
  expect(whole(totals['BT-110']), 'BR-CO-14').toBe(sum(taxes.map((tax) => tax['BT-117'])));
  expect(whole(totals['BT-112']), 'BR-CO-15').toBe(whole(totals['BT-109']) + whole(totals['BT-110']));
  for (const tax of taxes) {
    const isOf = (category: string, rate?: string) => category === tax['BT-118'] && rate === tax['BT-119'];
    const base =
      sum(lines.filter((line) => isOf(line['BT-151'], line['BT-152'])).map((line) => line['BT-131'])) -
      sum(allowances.filter((each) => isOf(each['BT-95'], each['BT-96'])).map((each) => each['BT-92']));
    expect(whole(tax['BT-116']), 'BR-S-08').toBe(base);
    const exact = (base * Number(tax['BT-119'] ?? 0)) / 100;
    expect(Math.abs(whole(tax['BT-117']) - exact), 'BR-CO-17').toBeLessThan(100);
  }
  for (const line of lines) expect(Number(line['BT-146']), 'BR-27').toBeGreaterThanOrEqual(0);
}

describe('an electronic invoice', () => {
  test.each(Object.entries(scenarios))('%s adds up, and is written as UBL', async (name, scenario) => {
    const invoiceId = await issued(client, scenario);

    const document = await invoiceDocument(client, invoiceId);

    expectSums(document);
    const stored = await client.invoice.findUniqueOrThrow({ where: { id: invoiceId } });
    const ubl = written(name, document);
    expect(document['BT-1']).toBe(stored.invoiceNumber);
    expect(ubl).toContain(`<cbc:ID>${stored.invoiceNumber}</cbc:ID>`);
    expect(ubl).not.toContain('undefined');
    expect(ubl.match(/<cac:InvoiceLine>/g)).toHaveLength(scenario.lines.length);
  });

  test('of mixed rates with a coupon has a group, a discount and a tax for each rate', async () => {
    const { 'BG-20': allowances, 'BG-23': taxes } = await invoiceDocument(
      client,
      await issued(client, scenarios['mixed-rates-coupon'] as never),
    );

    // 10 % of 108.97: 8.70 of 87.00 at 19 %, 2.20 of 21.97 at 7 %.
    expect(allowances.map((each) => [each['BT-96'], each['BT-92']])).toEqual([
      ['7', '2.20'],
      ['19', '8.70'],
    ]);
    expect(taxes.map((tax) => [tax['BT-119'], tax['BT-116'], tax['BT-117']])).toEqual([
      ['7', '19.77', '1.38'],
      ['19', '78.30', '14.88'],
    ]);
  });

  test('names the parties as they were, and does not change', async () => {
    const invoiceId = await issued(client, scenarios.full as never);
    const before = await invoiceDocument(client, invoiceId);

    await issueInvoice(client, { invoiceId, seller: { ...seller, name: 'Somebody else' } });

    expect(before['BG-4'].name).toBe('CodeZest GmbH');
    expect(before).toMatchObject({
      'BG-14': { 'BT-73': '2026-01-01', 'BT-74': '2026-01-31' },
      'BT-10': 'PO-4711',
    });
    expect(await invoiceDocument(client, invoiceId)).toEqual(before);
    const changed = client.invoice.update({
      where: { id: invoiceId },
      data: { buyer: { name: 'x' } as never },
    });
    expect(await refusalCode(changed)).toBeDefined();
    expect(await invoiceDocument(client, invoiceId)).toEqual(before);
  });

  test('credit notes have numbers of their own, refer to their invoice, and take back all of it', async () => {
    const [first, second] = await credited(client);

    const documents = [
      await invoiceDocument(client, first as never),
      await invoiceDocument(client, second as never),
    ];

    for (const [index, document] of documents.entries()) {
      expectSums(document);
      const ubl = written(`credit-note-${index + 1}`, document);
      expect(ubl).toContain('<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>');
      expect(document['BG-3']?.['BT-25']).toMatch(/^CZ-\d{4}-\d{6}$/);
    }
    const [one, other] = documents.map((document) => document['BT-1'].slice(-6));
    expect(Number(other)).toBe(Number(one) + 1);
    expect(documents[0]?.['BT-1']).toMatch(/^CN-/);
    const taxes = (rate: string) =>
      sum(
        documents.flatMap((each) =>
          each['BG-23'].filter((tax) => tax['BT-119'] === rate).map((tax) => tax['BT-117']),
        ),
      );
    expect([taxes('19'), taxes('7')]).toEqual([1488, 138]);
    expect(sum(documents.map((each) => each['BG-22']['BT-112']))).toBe(11_433);
  });

  test(`of ${CALLERS} credit notes with one key one is written, and no more is taken back than was asked for, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const invoiceId = await issued(client, scenarios.full as never);
      const { total } = await client.invoice.findUniqueOrThrow({ where: { id: invoiceId } });

      const same = await race(() =>
        creditInvoice(client, { invoiceId, key: `once ${invoiceId}`, amount: 261 }),
      );
      expect(new Set(same.won.map(({ id }) => id)).size).toBe(1);
      expect(same.won).toHaveLength(CALLERS);

      const others = await race((caller) =>
        creditInvoice(client, { invoiceId, key: `${caller} ${invoiceId}`, amount: 500 }),
      );
      expect(others.won).toHaveLength(4);
      expect(others.refused).toEqual({ CREDIT_EXCEEDS_INVOICE: CALLERS - 4 });
      const { creditedAmount } = await client.invoice.findUniqueOrThrow({ where: { id: invoiceId } });
      expect([creditedAmount, total]).toEqual([2_261, 2_261]);
    }
  });

  test('a credit note that is voided gives back what it took, and another key or amount is another one', async () => {
    const invoiceId = await issued(client, scenarios.full as never);
    const key = `k ${invoiceId}`;
    const note = await creditInvoice(client, { invoiceId, key });

    expect(await creditInvoice(client, { invoiceId, key, amount: note.total })).toEqual(note);
    expect(await refusalCode(creditInvoice(client, { invoiceId, key, amount: 1 }))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect(await refusalCode(creditInvoice(client, { invoiceId, key: 'another' }))).toBe(
      'CREDIT_EXCEEDS_INVOICE',
    );
    expect(await refusalCode(creditInvoice(client, { invoiceId: note.id, key: 'of a note' }))).toBe(
      'INVOICE_NOT_CREDITABLE',
    );
    const attempt = recordTransaction(client, { invoiceId: note.id, idempotencyKey: key });
    expect(await refusalCode(attempt)).toBe('INVOICE_NOT_PAYABLE');
    await voidInvoice(client, note.id);
    expect((await creditInvoice(client, { invoiceId, key: `again ${key}` })).total).toBe(note.total);
  });

  test('says what is missing, and refuses a third decimal', async () => {
    const { id: subscriptionId } = await startPro(client, newUser());
    const vat = { category: 'S', rate: '10' } as const;
    const lines = [{ description: 'PRO', unitAmount: 1_234, vat }];
    const { id: invoiceId } = await draftInvoice(client, { subscriptionId, currency: 'KWD', lines });
    await expect(invoiceDocument(client, invoiceId)).rejects.toMatchObject({
      code: 'INVOICE_INCOMPLETE',
      missing: ['BT-1', 'BG-4', 'BG-7'],
    });
    const address = { country: 'DE' };
    const parties = { seller: { name: 'CodeZest', address }, buyer: { name: 'Ada', address } };
    await issueInvoice(client, { invoiceId, ...parties });
    await expect(invoiceDocument(client, invoiceId)).rejects.toMatchObject({ missing: ['BT-31'] });

    const second = await draftInvoice(client, { subscriptionId, currency: 'KWD', lines });
    await issueInvoice(client, { invoiceId: second.id, ...parties, seller });
    expect(await refusalCode(invoiceDocument(client, second.id))).toBe('AMOUNT_INVALID');
  });

  test('refuses parties and lines that no document can have', async () => {
    const { id: subscriptionId } = await startPro(client, newUser());
    const line = (more: object) => [{ description: 'PRO', unitAmount: 100, ...more }] as never;
    const drafted = (lines: never, more = {}) =>
      refusalCode(draftInvoice(client, { subscriptionId, currency: 'EUR', lines, ...more }));
    for (const vat of [
      { category: 'S' },
      { category: 'S', rate: '0' },
      { category: 'S', rate: 19 },
      { category: 'S', rate: '101' },
      { category: 'Z', rate: '7' },
      { category: 'E' },
      { category: 'S', rate: '19', exemptionReason: 'x' },
      { category: 'X', rate: '19' },
    ])
      expect(await drafted(line({ vat })), JSON.stringify(vat)).toBe('LINE_INVALID');
    expect(await drafted(line({ unitCode: 'month' }))).toBe('LINE_INVALID');
    const vat = { category: 'S', rate: '19' };
    expect(await drafted(line({ vat }), { tax: () => 1 })).toBe('LINE_INVALID');
    const two = [...(line({ vat }) as never[]), ...(line({}) as never[])] as never;
    expect(await drafted(two)).toBe('LINE_INVALID');

    const lines = line({ vat });
    const { id: invoiceId } = await draftInvoice(client, { subscriptionId, currency: 'EUR', lines });
    for (const wrong of [
      { ...seller, name: ' ' },
      { ...seller, name: 'Code\u0001Zest' },
      { ...seller, address: {} },
      { ...seller, address: { country: 'de' } },
      { ...seller, vatId: '123' },
      { ...seller, endpoint: { value: 'x' } },
      null,
    ] as never[])
      expect(await refusalCode(issueInvoice(client, { invoiceId, seller: wrong }))).toBe('PARTY_INVALID');
    for (const paymentMeans of [{ code: 'cash' }, { code: '48', last4: '42' }] as never[])
      expect(await refusalCode(issueInvoice(client, { invoiceId, paymentMeans }))).toBe('PARTY_INVALID');
    expect((await client.invoice.findUniqueOrThrow({ where: { id: invoiceId } })).status).toBe('DRAFT');
  });
});
