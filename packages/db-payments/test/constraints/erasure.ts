import { erasureCases } from '@codezest/constraint-tests';
import { coupon, draft, id, paymentMethod, redemption, subscription, transaction } from './rows.js';

export const erasure = erasureCases(`'${id(1)}'`, `'${id(2)}'`, {
  subscriptions: { row: subscription() },
  invoices: { given: subscription(), row: draft() },
  transactions: { row: transaction() },
  payment_methods: { row: paymentMethod() },
  coupon_redemptions: { given: subscription() + draft() + coupon(), row: redemption() },
});
