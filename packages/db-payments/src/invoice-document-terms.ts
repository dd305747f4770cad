import type { VatCategory } from '../generated/client.js';
import type { InvoiceParty, PaymentMeans } from './json-types.js';

// Names are those of EN 16931-1: BT is a business term, BG a group of them.

/** A seller (BG-4) or buyer (BG-7); the terms of its fields stand at `InvoiceParty`. */
export type DocumentParty = Omit<InvoiceParty, 'reference'>;

/** BG-23: a category and rate of VAT. */
export interface TaxBreakdown {
  /** Taxable amount. */
  readonly 'BT-116': string;
  /** Tax amount. */
  readonly 'BT-117': string;
  readonly 'BT-118': VatCategory;
  /** Rate; none for O. */
  readonly 'BT-119'?: string;
  /** Reason and code of an exemption. */
  readonly 'BT-120'?: string;
  readonly 'BT-121'?: string;
}

/** BG-20: a discount. */
export interface DocumentAllowance {
  readonly 'BT-92': string;
  readonly 'BT-95': VatCategory;
  readonly 'BT-96'?: string;
  /** Reason, and its code of UNTDID 5189. */
  readonly 'BT-97': string;
  readonly 'BT-98': string;
}

/** BG-25: a line. */
export interface DocumentLine {
  readonly 'BT-126': string;
  /** Quantity: negative for a credit. */
  readonly 'BT-129': string;
  readonly 'BT-130': string;
  /** Net amount. */
  readonly 'BT-131': string;
  /** Net price, with as many decimals as it needs. */
  readonly 'BT-146': string;
  readonly 'BT-151': VatCategory;
  readonly 'BT-152'?: string;
  readonly 'BT-153': string;
}

/** An invoice (380) or credit note (381). Amounts are decimal texts, days are YYYY-MM-DD in UTC. */
export interface InvoiceDocument {
  /** Number. */
  readonly 'BT-1': string;
  /** Day of issue. */
  readonly 'BT-2': string;
  readonly 'BT-3': '380' | '381';
  readonly 'BT-5': string;
  /** Day on which it is due. */
  readonly 'BT-9'?: string;
  /** What the buyer wants to find on it. */
  readonly 'BT-10'?: string;
  /** Note. */
  readonly 'BT-22'?: string;
  /** Specification; put that of XRechnung or Peppol here for those. */
  readonly 'BT-24': string;
  /** Of a credit note: number and day of its invoice. */
  readonly 'BG-3'?: { readonly 'BT-25': string; readonly 'BT-26': string };
  readonly 'BG-4': DocumentParty;
  readonly 'BG-7': DocumentParty;
  /** Day and country of a supply within the Community. */
  readonly 'BG-13'?: { readonly 'BT-72': string; readonly 'BT-80': string };
  /** First and last day of the period. */
  readonly 'BG-14'?: { readonly 'BT-73': string; readonly 'BT-74': string };
  readonly 'BG-16'?: {
    readonly 'BT-81': PaymentMeans['code'];
    /** Account, its name and bank. */
    readonly 'BT-84'?: string;
    readonly 'BT-85'?: string;
    readonly 'BT-86'?: string;
    /** Last digits of the card. */
    readonly 'BT-87'?: string;
    /** Mandate, creditor and account of a direct debit. */
    readonly 'BT-89'?: string;
    readonly 'BT-90'?: string;
    readonly 'BT-91'?: string;
  };
  readonly 'BG-20': readonly DocumentAllowance[];
  readonly 'BG-22': {
    /** Sum of the lines, of the discounts, and without tax. */
    readonly 'BT-106': string;
    readonly 'BT-107'?: string;
    readonly 'BT-109': string;
    /** Tax, total with tax, and what is due. */
    readonly 'BT-110': string;
    readonly 'BT-112': string;
    readonly 'BT-115': string;
  };
  readonly 'BG-23': readonly TaxBreakdown[];
  readonly 'BG-25': readonly DocumentLine[];
}
