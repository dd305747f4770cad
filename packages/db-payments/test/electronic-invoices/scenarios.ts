import { randomUUID } from 'node:crypto';
import type { InvoiceId } from '@codezest/db-types';
import {
  creditInvoice,
  draftInvoice,
  type InvoiceParty,
  issueInvoice,
  type NewInvoice,
  type PaymentMeans,
  type PrismaClient,
  redeemCoupon,
} from '../../src/index.js';
import { daysFromNow } from '../callers.js';
import { february, january, newUser, startPro } from '../fixtures.js';

export const seller: InvoiceParty = {
  name: 'CodeZest GmbH',
  address: { street: 'Lernweg 1', city: 'Berlin', postCode: '10115', country: 'DE' },
  vatId: 'DE123456789',
  legalId: { value: 'HRB 12345' },
  endpoint: { value: 'DE123456789', scheme: '9930' },
  contact: { name: 'Rechnungen', phone: '+49 30 123456', email: 'billing@codezest.example' },
};
export const buyer: InvoiceParty = {
  name: 'Ada & Söhne <AG>',
  address: { street: 'Hauptstraße 5', city: 'Hamburg', postCode: '20095', country: 'DE' },
  endpoint: { value: 'DE987654321', scheme: '9930' },
  reference: 'PO-4711',
};
const abroad: InvoiceParty = {
  name: 'Grace SAS',
  address: { street: '1 rue de la Paix', city: 'Paris', postCode: '75002', country: 'FR' },
  vatId: 'FR12345678901',
  endpoint: { value: 'FR12345678901', scheme: '9957' },
  reference: 'PO-1',
};
const transfer: PaymentMeans = { code: '58', iban: 'DE75512108001245126199', accountName: 'CodeZest GmbH' };
const card: PaymentMeans = { code: '48', last4: '4242' };

const S19 = { category: 'S', rate: '19' } as const;
const S7 = { category: 'S', rate: '7' } as const;
type Lines = NewInvoice['lines'];
interface Scenario extends Partial<NewInvoice> {
  readonly lines: Lines;
  readonly coupon?: number;
  readonly buyer?: InvoiceParty;
  readonly paymentMeans?: PaymentMeans;
}

const month = { description: 'PRO, one month', unitAmount: 1900, unitCode: 'MON', vat: S19 };
const mixed: Lines = [
  { ...month, quantity: 3 },
  { description: 'An hour with a mentor', quantity: 2, unitAmount: 1500, unitCode: 'HUR', vat: S19 },
  { description: 'Book: “Types & Tests”', unitAmount: 2197, vat: S7 },
];

/** What the platform bills, each as a document. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  full: { lines: [month], period: { start: january, end: february }, reason: 'SUBSCRIPTION_CYCLE' },
  'mixed-rates-coupon': { lines: mixed, coupon: 10 },
  'included-tax-coupon': {
    lines: [
      { description: 'Course', quantity: 3, unitAmount: 999, vat: S19 },
      { description: 'Course', unitAmount: 999, vat: S19 },
      { description: 'Book', quantity: 7, unitAmount: 105, vat: S7 },
    ],
    taxIncluded: true,
    coupon: 15,
  },
  'reverse-charge': {
    lines: [{ ...month, vat: { category: 'AE' } }],
    buyer: abroad,
    paymentMeans: card,
  },
  'within-the-community': {
    lines: [{ description: 'Book, printed', unitAmount: 2500, vat: { category: 'K' } }],
    buyer: abroad,
  },
  exempt: {
    lines: [
      {
        description: 'Schooling',
        unitAmount: 5000,
        vat: { category: 'E', exemptionReason: 'Education, article 132 of the VAT directive' },
      },
      { description: 'Book', unitAmount: 700, vat: S7 },
    ],
  },
  zero: { lines: [month], coupon: 100 },
  trial: {
    lines: [
      { description: 'Trial of PRO', unitAmount: 0, vat: S19 },
      { description: 'Hours of mentoring', quantity: 0, unitAmount: 5000, unitCode: 'HUR', vat: S19 },
    ],
  },
  'proration-credit': {
    lines: [
      { description: 'Unused time of PRO', unitAmount: -1267, vat: S19 },
      { description: 'Remaining time of ENTERPRISE', unitAmount: 900, vat: S19 },
    ],
    reason: 'SUBSCRIPTION_UPDATE',
  },
  jpy: {
    currency: 'JPY',
    lines: Array.from({ length: 7 }, () => ({
      description: 'Exercise',
      unitAmount: 105,
      vat: { category: 'S', rate: '10' } as const,
    })),
    coupon: 33,
  },
  kwd: {
    currency: 'KWD',
    lines: [{ description: 'PRO, one month', unitAmount: 5_200, vat: { category: 'S', rate: '10' } }],
  },
  'great-amounts': {
    currency: 'IDR',
    lines: [{ description: 'ENTERPRISE', unitAmount: 840_336_134_453, vat: S19 }],
  },
};

/** The invoice of a scenario, issued. */
export async function issued(client: PrismaClient, scenario: Scenario): Promise<InvoiceId> {
  const { coupon, buyer: who = buyer, paymentMeans = transfer, ...values } = scenario;
  const { id: subscriptionId } = await startPro(client, newUser());
  const { id: invoiceId } = await draftInvoice(client, { subscriptionId, currency: 'EUR', ...values });
  if (coupon !== undefined) {
    const code = `E-${randomUUID().slice(0, 8)}`.toUpperCase();
    await client.coupon.create({
      data: { code, discountType: 'PERCENTAGE', discountValue: coupon, validFrom: january },
    });
    await redeemCoupon(client, { code, invoiceId });
  }
  const dueAt = daysFromNow(14);
  await issueInvoice(client, { invoiceId, dueAt, seller, buyer: who, paymentMeans, note: 'Thank you' });
  return invoiceId;
}

/** A credit note of a third of the one of mixed rates, and one of the rest. */
export async function credited(client: PrismaClient): Promise<readonly InvoiceId[]> {
  const invoiceId = await issued(client, scenarios['mixed-rates-coupon'] as Scenario);
  const third = await creditInvoice(client, {
    invoiceId,
    key: randomUUID(),
    amount: 3_333,
    note: 'Canceled',
  });
  const rest = await creditInvoice(client, { invoiceId, key: randomUUID() });
  return [third.id, rest.id];
}
