import type { ConstraintCase } from '@codezest/constraint-tests';
import { id, paymentMethod, paypal } from './rows.js';

const second = { id: id(2) };

export const paymentMethods: ConstraintCase[] = [
  ...['42', '424a', '٤٢٤٢'].map((last4) => ({
    object: 'payment_methods_last4_check',
    refused: paymentMethod({ last4 }),
    allowed: paymentMethod({ last4: '0007' }),
  })),
  {
    object: 'payment_methods_last4_check',
    refused: paypal({ type: 'SEPA_DEBIT', paypal_email: null, last4: '2m0é' }),
    // The end of an IBAN of Malta, say.
    allowed: paypal({ type: 'SEPA_DEBIT', paypal_email: null, last4: '1M0S' }),
  },
  ...['0', '13'].map((expiry_month) => ({
    object: 'payment_methods_expiry_month_check',
    refused: paymentMethod({ expiry_month }),
    allowed: paymentMethod({ expiry_month: '1' }),
  })),
  ...['28', '2100'].map((expiry_year) => ({
    object: 'payment_methods_expiry_year_check',
    refused: paymentMethod({ expiry_year }),
    allowed: paymentMethod({ expiry_year: '2099' }),
  })),
  ...['last4', 'brand', 'expiry_month', 'expiry_year'].map((column) => ({
    object: 'payment_methods_card_fields_check',
    refused: paymentMethod({ [column]: null }),
    allowed: paymentMethod({ last4: '0007' }),
  })),
  {
    object: 'payment_methods_card_fields_check',
    refused: paypal({ brand: 'VISA' }),
    allowed: paypal(),
  },
  {
    object: 'payment_methods_paypal_email_check',
    refused: paypal({ paypal_email: 'ada' }),
    // Before the user has authorised it.
    allowed: paypal({ paypal_email: null }),
  },
  {
    object: 'payment_methods_paypal_email_check',
    refused: paymentMethod({ paypal_email: 'ada@example.com' }),
    allowed: paypal({ paypal_email: 'ada@example.com' }),
  },
  {
    object: 'payment_methods_default_check',
    refused: paymentMethod({ is_default: 'true', detached_at: '2026-02-01' }),
    allowed: paymentMethod({ is_default: 'false', detached_at: '2026-02-01' }),
  },
  {
    object: 'payment_methods_user_id_default_key',
    given: paymentMethod({ is_default: 'true' }),
    refused: paymentMethod({ ...second, is_default: 'true' }),
    allowed: paymentMethod(second) + paymentMethod({ id: id(3), user_id: id(2), is_default: 'true' }),
  },
  {
    object: 'payment_methods_stripe_payment_method_id_key',
    given: paymentMethod({ stripe_payment_method_id: 'pm_A' }),
    refused: paymentMethod({ ...second, stripe_payment_method_id: 'pm_A' }),
    allowed: paymentMethod({ ...second, stripe_payment_method_id: 'pm_B' }),
  },
  {
    object: 'payment_methods_paypal_email_card_number_check',
    refused: paypal({ paypal_email: '4242-4242-4242-4242@example.com' }),
    allowed: paypal({ paypal_email: 'ada1842@example.com' }),
  },
];
