import {
  inTransaction,
  isRuleViolation,
  joinedRows,
  newId,
  RecordNotFoundError,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { InvoiceId } from '@codezest/db-types';
import type { Coupon, CouponRedemption, Invoice } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';
import {
  CouponAlreadyRedeemedError,
  CouponExhaustedError,
  CouponNotRedeemableError,
  type CouponRefusal,
} from './coupon-errors.js';
import { lockInvoice } from './invoice-lock.js';
import { storedGroup, withDiscount } from './invoice-taxes.js';
import { checkedSum, percentageOf } from './money.js';
import { InvoiceNotDraftError, TaxMissingError } from './payment-errors.js';

export interface CouponClaim {
  /** As the user typed it. */
  readonly code: string;
  /** A draft: the discount of an issued invoice does not change any more. */
  readonly invoiceId: InvoiceId;
  /** The tax on what is left to pay, as in `draftInvoice`. Needed where the invoice has tax and its lines have no `vat`. */
  readonly tax?: (net: number) => number;
}

export interface RedeemedCoupon {
  readonly redemption: CouponRedemption;
  /** With its new discount, tax and total. */
  readonly invoice: Invoice;
}

/**
 * Redeems a coupon on a draft: the redemption counts against the coupon's limit, and the discount comes off the invoice,
 * as one fact. However many redeem at once, none is redeemed beyond its limit, nor twice by a user. A voided invoice
 * gives nothing back.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND for the invoice or the coupon
 * @throws {InvoiceNotDraftError} INVOICE_NOT_DRAFT
 * @throws {TaxMissingError} TAX_MISSING where the invoice has tax and `tax` is left out
 * @throws {CouponNotRedeemableError} COUPON_NOT_REDEEMABLE
 * @throws {CouponExhaustedError} COUPON_EXHAUSTED
 * @throws {CouponAlreadyRedeemedError} COUPON_ALREADY_REDEEMED
 * @throws {InvalidAmountError} AMOUNT_INVALID where `tax` gives none
 * @example
 * const { invoice } = await redeemCoupon(prisma, { code: 'welcome20', invoiceId, tax: (net) => percentageOf(net, '19') });
 */
export async function redeemCoupon(
  client: Client,
  { code, invoiceId, tax }: CouponClaim,
): Promise<RedeemedCoupon> {
  return inTransaction(client, async (transaction: TransactionClient) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    if (invoice.status !== 'DRAFT') throw new InvoiceNotDraftError();
    const taxes = await transaction.invoiceTax.findMany({
      where: { invoiceId },
      orderBy: [{ category: 'asc' }, { rate: 'asc' }],
    });
    if (tax === undefined && invoice.tax !== 0 && taxes.length === 0) throw new TaxMissingError();
    const coupon = await rowOf(transaction, lockCoupon, [code]);
    if (coupon === undefined) throw new RecordNotFoundError('coupon');

    const net = invoice.subtotal - invoice.discount;
    const discount = discountOf(coupon, net);
    const refusal = refusalOf(coupon, invoice, discount);
    if (refusal !== null) throw new CouponNotRedeemableError(refusal);
    if (coupon.maxRedemptions !== null && coupon.redemptionCount >= coupon.maxRedemptions)
      throw new CouponExhaustedError();

    const groups = withDiscount(taxes.map(storedGroup), discount, invoice.taxIncluded);
    const ofGroups = groups.reduce((sum, group) => sum + group.tax, 0);
    const newTax = checkedSum(taxes.length > 0 || tax === undefined ? ofGroups : tax(net - discount));
    const values = [newId<'CouponRedemption'>(), coupon.id, invoiceId, discount, newTax];
    const row = await rowOf(transaction, insertRedemption, values).catch((cause: unknown) => {
      if (isRuleViolation(cause, 'coupons_redemption_limit_check')) throw new CouponExhaustedError({ cause });
      throw cause;
    });
    if (row === undefined) throw new CouponAlreadyRedeemedError();
    if (groups.length > 0) await rowsOf(transaction, writeTaxes, [invoiceId, JSON.stringify(groups)]);
    return redemptionAndInvoice.split(row);
  });
}

type LockedCoupon = Coupon & { readonly begun: boolean; readonly over: boolean };

// Until the commit the others wait here, so what it says of the count stays true. The clock is rounded as the columns are.
const lockCoupon = statement<LockedCoupon>(
  'payments.lock_coupon',
  `SELECT ${columnsOf.coupon('c')}, c.valid_from <= now()::timestamptz(3) AS begun,
     coalesce(c.valid_until <= now()::timestamptz(3), false) AS over
   FROM coupons c WHERE c.code = upper(btrim($1::text)) FOR NO KEY UPDATE`,
);

function discountOf({ discountType, discountValue }: Coupon, net: number): number {
  if (net <= 0) return 0;
  return discountType === 'PERCENTAGE'
    ? percentageOf(net, String(discountValue))
    : Math.min(Number(discountValue), net);
}

function refusalOf(coupon: LockedCoupon, { currency }: Invoice, discount: number): CouponRefusal | null {
  if (!coupon.isActive) return 'INACTIVE';
  if (!coupon.begun) return 'NOT_YET_VALID';
  if (coupon.over) return 'EXPIRED';
  if (coupon.currency !== null && coupon.currency !== currency) return 'OTHER_CURRENCY';
  return discount === 0 ? 'NOTHING_TO_DISCOUNT' : null;
}

const redemptionAndInvoice = joinedRows<RedeemedCoupon>({
  redemption: columnsOf.couponRedemption('r'),
  invoice: columnsOf.invoice('i'),
});

const writeTaxes = statement<object>(
  'payments.discount_taxes',
  `UPDATE invoice_taxes t SET discount = part.discount, tax = part.tax, updated_at = now()
   FROM jsonb_to_recordset($2::jsonb) AS part(category "VatCategory", rate numeric, discount bigint, tax bigint)
   WHERE t.invoice_id = $1::uuid AND t.category = part.category AND t.rate = part.rate`,
);

const insertRedemption = statement<object>(
  'payments.redeem_coupon',
  `WITH r AS (
     INSERT INTO coupon_redemptions (id, user_id, coupon_id, invoice_id, discount_amount, currency)
     SELECT $1::uuid, user_id, $2::uuid, id, $4::bigint, currency FROM invoices WHERE id = $3::uuid
     ON CONFLICT (coupon_id, user_id) DO NOTHING
     RETURNING *
   )
   UPDATE invoices i SET discount = i.discount + $4::bigint, tax = $5::bigint,
     total = i.subtotal - (i.discount + $4::bigint) + CASE WHEN i.tax_included THEN 0 ELSE $5::bigint END, updated_at = now()
   FROM r WHERE i.id = r.invoice_id
   RETURNING ${redemptionAndInvoice.columns}`,
);
