import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  cardNumber,
  coupon,
  draft,
  fixedCoupon,
  id,
  issue,
  redemption,
  subscription,
  transaction,
} from './rows.js';

const invoice = subscription() + draft() + issue();
/** Another user's invoice, on which a coupon can be redeemed a second time. */
const otherInvoice =
  subscription({ id: id(2), user_id: id(2) }) +
  draft({ id: id(2), user_id: id(2), subscription_id: id(2) }) +
  issue(2);
const byOther = { id: id(2), user_id: id(2), invoice_id: id(2) };

const offers: ConstraintCase[] = [
  ...['welcome20', 'A B', 'AB', '', 'x'.repeat(41)].map((code) => ({
    object: 'coupons_code_check',
    refused: coupon({ code }),
    allowed: coupon({ code: 'WELCOME-20' }),
  })),
  {
    object: 'coupons_code_key',
    given: coupon(),
    refused: coupon({ id: id(2) }),
    allowed: coupon({ id: id(2), code: 'WELCOME21' }),
  },
  {
    object: 'coupons_stripe_coupon_id_key',
    given: coupon({ stripe_coupon_id: 'A' }),
    refused: coupon({ id: id(2), code: 'OTHER', stripe_coupon_id: 'A' }),
    allowed: coupon({ id: id(2), code: 'OTHER', stripe_coupon_id: 'B' }),
  },
  { object: 'coupons_currency_fkey', refused: fixedCoupon({ currency: 'ABC' }), allowed: fixedCoupon() },
  {
    object: 'coupons_discount_value_check',
    refused: coupon({ discount_value: '0' }),
    allowed: coupon({ discount_value: '1' }),
  },
  {
    object: 'coupons_fixed_amount_check',
    refused: fixedCoupon({ discount_value: '500.5' }),
    allowed: coupon({ discount_value: '25.5' }),
  },
  {
    object: 'coupons_percentage_check',
    refused: coupon({ discount_value: '101' }),
    allowed: coupon({ discount_value: '100' }),
  },
  {
    object: 'coupons_currency_check',
    refused: coupon({ currency: 'EUR' }),
    allowed: fixedCoupon({ discount_value: '101' }),
  },
  { object: 'coupons_currency_check', refused: fixedCoupon({ currency: null }), allowed: coupon() },
  {
    object: 'coupons_validity_check',
    refused: coupon({ valid_until: '2026-01-01T00:00:00Z' }),
    allowed: coupon({ valid_until: '2026-01-01T00:00:00.001Z' }),
  },
  {
    object: 'coupons_max_redemptions_check',
    refused: coupon({ max_redemptions: '0' }),
    allowed: coupon({ max_redemptions: '1' }),
  },
  {
    object: 'coupons_code_card_number_check',
    refused: coupon({ code: cardNumber.replaceAll(' ', '-') }),
    allowed: coupon({ code: 'VISA-4242', stripe_coupon_id: cardNumber }),
  },
];

const counting: ConstraintCase[] = [
  {
    object: 'coupons_redemption_limit_check',
    given: invoice + otherInvoice + coupon({ max_redemptions: '1' }) + redemption(),
    refused: redemption(byOther),
    allowed: `UPDATE coupons SET max_redemptions = 2; ${redemption(byOther)}`,
  },
  {
    object: 'coupons_redemption_limit_check',
    given: invoice + otherInvoice + coupon() + redemption() + redemption(byOther),
    refused: `UPDATE coupons SET max_redemptions = 1`,
    allowed: `UPDATE coupons SET max_redemptions = 2`,
  },
  {
    object: 'coupons_redemption_count_rule',
    refused: coupon({ redemption_count: '1' }),
    allowed: coupon(),
  },
  {
    object: 'coupons_redemption_count_rule',
    given: invoice + coupon() + redemption(),
    refused: `UPDATE coupons SET redemption_count = 0`,
    allowed: `UPDATE coupons SET is_active = false`,
  },
];

const redeeming: ConstraintCase[] = [
  {
    object: 'coupon_redemptions_coupon_id_fkey',
    given: invoice,
    refused: redemption(),
    otherwise: 'coupon_redemptions_redeemable_rule',
    allowed: coupon() + redemption(),
  },
  ...[redemption({ user_id: id(2) }), redemption({ currency: 'USD' })].map((refused) => ({
    object: 'coupon_redemptions_invoice_id_user_id_currency_fkey',
    given: invoice + coupon(),
    refused,
    allowed: redemption(),
  })),
  {
    object: 'coupon_redemptions_transaction_id_user_id_currency_fkey',
    given: invoice + coupon() + transaction({ currency: 'USD' }),
    refused: redemption({ transaction_id: id(1) }),
    allowed: transaction({ id: id(2), idempotency_key: 'second' }) + redemption({ transaction_id: id(2) }),
  },
  {
    object: 'coupon_redemptions_coupon_id_user_id_key',
    given: invoice + otherInvoice + coupon() + redemption(),
    refused: redemption({ id: id(2) }),
    allowed: redemption(byOther),
  },
  {
    object: 'coupon_redemptions_discount_amount_check',
    given: invoice + coupon(),
    refused: redemption({ discount_amount: '0' }),
    allowed: redemption({ discount_amount: '1' }),
  },
  ...[
    coupon({ is_active: 'false' }),
    coupon({ valid_from: '2026-02-01T00:00:00.001Z' }),
    coupon({ valid_until: '2026-02-01T00:00:00Z' }),
    fixedCoupon({ currency: 'USD' }),
  ].map((unusable) => ({
    object: 'coupon_redemptions_redeemable_rule',
    given: invoice + unusable,
    refused: redemption(),
    allowed:
      fixedCoupon({ id: id(2), code: 'USABLE', valid_until: '2026-02-01T00:00:00.001Z' }) +
      redemption({ coupon_id: id(2) }),
  })),
  {
    object: 'coupon_redemptions_immutable_rule',
    given: invoice + coupon() + redemption(),
    refused: `UPDATE coupon_redemptions SET discount_amount = 400`,
    allowed: `UPDATE coupon_redemptions SET discount_amount = 500`,
  },
  {
    object: 'coupon_redemptions_transaction_rule',
    given: `${invoice + coupon() + transaction()} ${redemption({ transaction_id: id(1) })}`,
    refused: `UPDATE coupon_redemptions SET transaction_id = NULL`,
    allowed: `UPDATE coupon_redemptions SET transaction_id = '${id(1)}'`,
  },
  {
    object: 'coupon_redemptions_no_delete_rule',
    given: invoice + coupon() + redemption(),
    refused: `DELETE FROM coupon_redemptions`,
    sqlState: '42501',
    allowed: `UPDATE coupon_redemptions SET user_id = user_id`,
  },
];

export const coupons: ConstraintCase[] = [...offers, ...counting, ...redeeming];
