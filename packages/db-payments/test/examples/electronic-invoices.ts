import type { InvoiceId, SubscriptionId } from '@codezest/db-types';
import {
  type Client,
  creditInvoice,
  draftInvoice,
  type InvoiceParty,
  invoiceDocument,
  issueInvoice,
  type PrismaClient,
  type Refund,
} from '../../src/index.js';

const seller: InvoiceParty = {
  name: 'CodeZest GmbH',
  address: { street: 'Lernweg 1', city: 'Berlin', postCode: '10115', country: 'DE' },
  vatId: 'DE123456789',
  endpoint: { value: 'DE123456789', scheme: '9930' },
};

/** An invoice with VAT by line, and the document from which a library writes UBL or CII. */
export const billElectronically = (
  client: PrismaClient,
  subscriptionId: SubscriptionId,
  buyer: InvoiceParty,
) =>
  client.$transaction(async (transaction) => {
    const vat = { category: 'S', rate: '19' } as const;
    const { id: invoiceId } = await draftInvoice(transaction, {
      subscriptionId,
      currency: 'EUR',
      lines: [{ description: 'PRO, one month', unitAmount: 1900, unitCode: 'MON', vat }],
    });
    const paymentMeans = { code: '48', last4: '4242' } as const;
    await issueInvoice(transaction, { invoiceId, seller, buyer, paymentMeans });
    return invoiceDocument(transaction, invoiceId);
  });

/** The credit note of a refund; a repetition gives the same one. */
export const creditRefund = (client: Client, invoiceId: InvoiceId, { id, amount }: Refund) =>
  creditInvoice(client, { invoiceId, key: id, amount, note: 'Canceled within 14 days' });
