import type { JsonObject } from '@codezest/db-types';

/** A provider's own id of an event. Not a UUID, and the key of its row. */
export type StripeEventId = `evt_${string}`;

/** What support and reports want to know of a subscription, and no rule reads. */
export type SubscriptionMetadata = {
  /** Where it was started. */
  origin?: 'SIGN_UP' | 'CHECKOUT' | 'SUPPORT' | 'IMPORT';
  /** What the user gave as the reason to cancel. */
  cancellationReason?: 'TOO_EXPENSIVE' | 'NOT_USED' | 'MISSING_FEATURE' | 'COURSE_COMPLETED' | 'OTHER';
  /** The offer that the user came by. */
  campaign?: string;
};

/** The answer to a request, as its repetitions get it again. */
export type IdempotentResponse = JsonObject;

/** Who sells or buys, as an invoice names them. The numbers are those of EN 16931: seller, buyer. */
export type InvoiceParty = {
  /** BT-27, BT-44 */
  name: string;
  address: {
    /** BT-35, BT-50 */
    street?: string;
    /** BT-36, BT-51 */
    street2?: string;
    /** BT-37, BT-52 */
    city?: string;
    /** BT-38, BT-53 */
    postCode?: string;
    /** BT-39, BT-54 */
    region?: string;
    /** BT-40, BT-55: two letters of ISO 3166-1. */
    country: string;
  };
  /** BT-31, BT-48: with the prefix of its country. */
  vatId?: string;
  /** BT-32: of the seller where there is no VAT id. */
  taxNumber?: string;
  /** BT-30, BT-47: the number in a register, with its scheme of ISO/IEC 6523. */
  legalId?: { value: string; scheme?: string };
  /** BT-34, BT-49: the address for electronic invoices, with its scheme of EAS. */
  endpoint?: { value: string; scheme: string };
  /** BT-41 to BT-43, BT-56 to BT-58 */
  contact?: { name?: string; phone?: string; email?: string };
  /** BT-10: what the buyer wants to find on the invoice. */
  reference?: string;
};

/** How an invoice is paid. The codes are those of UNTDID 4461. */
export type PaymentMeans =
  /** 58 SEPA transfer, 30 transfer: BT-84 */
  | { code: '30' | '58'; iban: string; accountName?: string; bic?: string }
  /** 48 card, 54 credit card, 55 debit card: BT-87 */
  | { code: '48' | '54' | '55'; last4: string }
  /** 59 SEPA debit, 49 direct debit: BT-89 to BT-91 */
  | { code: '49' | '59'; mandate?: string; creditorId?: string; iban?: string }
  /** 1 not defined, 10 cash, 97 settled between the partners, ZZZ as agreed, 68 by an online service */
  | { code: '1' | '10' | '68' | '97' | 'ZZZ' };
