import {
  after,
  DAY,
  type Person,
  Random,
  SEED_NOW,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { PaymentMethodId } from '@codezest/db-types';
import type { CardBrand, PaymentMethodType } from '../../generated/enums.js';
import { stretchesOf } from './stretches.js';
import { stripeId } from './stripe-id.js';

export interface Method {
  readonly id: PaymentMethodId;
  readonly type: PaymentMethodType;
  readonly addedAt: Date;
  readonly detachedAt: Date | null;
  readonly card: { brand: CardBrand; expiryMonth: number; expiryYear: number } | null;
  readonly last4: string | null;
}

export async function seedPaymentMethods({ insert, people }: SeedContext): Promise<void> {
  await insert('payment_methods', methodRows(people()));
}

/** How a person has paid, oldest first. Some have replaced an expired card. */
export function methodsOf(person: Person): Method[] {
  const first = stretchesOf(person).find(({ plan }) => plan !== 'FREE');
  if (!first) return [];
  const random = new Random('payment method', person.index);
  const replacedAt = after(first.startedAt, random.between(35, 75) * DAY);
  if (replacedAt < SEED_NOW && random.chance(0.12)) {
    return [
      methodOf(person, 0, { type: 'CARD', addedAt: first.startedAt, detachedAt: replacedAt }, random),
      methodOf(person, 1, { type: 'CARD', addedAt: replacedAt, detachedAt: null }, random),
    ];
  }
  const type = random.weighted({ CARD: 78, PAYPAL: 15, BANK_TRANSFER: 7 });
  return [methodOf(person, 0, { type, addedAt: first.startedAt, detachedAt: null }, random)];
}

function methodOf(
  person: Person,
  n: number,
  values: Pick<Method, 'type' | 'addedAt' | 'detachedAt'>,
  random: Random,
): Method {
  const { type, addedAt, detachedAt } = values;
  const brand = random.weighted({ VISA: 50, MASTERCARD: 35, AMEX: 8, JCB: 4, DISCOVER: 3 });
  const expiry = detachedAt
    ? { expiryMonth: detachedAt.getUTCMonth() + 1, expiryYear: detachedAt.getUTCFullYear() }
    : { expiryMonth: random.int(1, 12), expiryYear: random.int(2027, 2031) };
  return {
    ...values,
    id: seedId('PaymentMethod', `${person.index}/${n}`, addedAt),
    card: type === 'CARD' ? { brand, ...expiry } : null,
    last4: type === 'PAYPAL' ? null : String(random.int(0, 9999)).padStart(4, '0'),
  };
}

function* methodRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const { id, type, addedAt, detachedAt, card, last4 } of methodsOf(person)) {
      yield {
        id,
        user_id: person.id,
        type,
        stripe_payment_method_id: stripeId('pm', id),
        last4,
        brand: card?.brand ?? null,
        expiry_month: card?.expiryMonth ?? null,
        expiry_year: card?.expiryYear ?? null,
        paypal_email: type === 'PAYPAL' ? person.email : null,
        is_default: detachedAt === null,
        detached_at: detachedAt,
        created_at: addedAt,
        updated_at: detachedAt ?? addedAt,
      };
    }
  }
}
