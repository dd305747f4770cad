import type { Row } from '../../engine/step.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const FROM = 'payments.payment_methods';
const BRANDS = [
  'VISA',
  'MASTERCARD',
  'AMEX',
  'DISCOVER',
  'DINERS',
  'JCB',
  'UNIONPAY',
  'CARTES_BANCAIRES',
  'EFTPOS_AU',
  'LINK',
  'UNKNOWN',
];
const ALSO = {
  AMERICAN_EXPRESS: 'AMEX',
  DINERS_CLUB: 'DINERS',
  UNION_PAY: 'UNIONPAY',
  MASTER_CARD: 'MASTERCARD',
};

/** One default for each user, the one that was changed last. */
export const paymentMethods = plainStep(
  'payment_methods',
  FROM,
  (values) => ({
    id: values.id('id', FROM),
    user_id: values.id('userId', 'auth.users'),
    stripe_payment_method_id: values.text('stripePaymentMethodId'),
    ...cardOf(values),
    paypal_email: values.text('type') === 'PAYPAL' ? values.text('paypalEmail') : null,
    is_default: values.flag('isDefault') && values.row.isLastDefault === true,
    created_at: values.time('createdAt'),
    updated_at: values.time('updatedAt'),
  }),
  {
    removable: true,
    facts: {
      isLastDefault: `SELECT NOT EXISTS (SELECT FROM "${FROM}" n WHERE n."userId" = t."userId" AND n."isDefault"
        AND (n."updatedAt", n."id") > (t."updatedAt", t."id"))`,
    },
  },
);

/** A card has all four of its facts; what lacks one is stored as another kind of method. */
function cardOf(values: Values): Row {
  const type = values.text('type');
  const last4 = values.text('last4');
  if (type !== 'CARD')
    return { type, last4: last4 || null, brand: null, expiry_month: null, expiry_year: null };
  const month = values.within('expiryMonth', 1, 12);
  const given = values.number('expiryYear');
  const year = given !== null && given < 100 ? given + 2000 : given;
  const isWhole =
    /^\d{4}$/.test(last4 ?? '') && month !== null && year !== null && year >= 2000 && year < 2100;
  if (!isWhole) {
    values.changed('type', 'OTHER, because the card lacks its last digits or its expiry');
    return {
      type: 'OTHER',
      last4: /^[0-9A-Z]{4}$/.test(last4 ?? '') ? last4 : null,
      brand: null,
      expiry_month: null,
      expiry_year: null,
    };
  }
  return {
    type,
    last4,
    brand: values.member('brand', BRANDS, ALSO) ?? 'UNKNOWN',
    expiry_month: month,
    expiry_year: year,
  };
}
