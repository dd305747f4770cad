import {
  after,
  DAY,
  type Person,
  type Random,
  SEED_START,
  type SeedContext,
  seedId,
} from '@codezest/db-core/seed';
import type { CouponId } from '@codezest/db-types';
import { stripeId } from './stripe-id.js';

interface Offer {
  readonly code: string;
  readonly discount: { readonly percentage: number } | { readonly amount: number; readonly currency: string };
  readonly from: string;
  readonly until: string | null;
  readonly limit?: number;
  readonly isActive?: boolean;
}

const offers: readonly Offer[] = [
  { code: 'WELCOME20', discount: { percentage: 20 }, from: '2026-01-01', until: null },
  { code: 'LAUNCH', discount: { percentage: 100 }, from: '2026-01-01', until: '2026-08-01', limit: 25 },
  { code: 'SUMMER25', discount: { percentage: 25 }, from: '2026-06-01', until: '2026-09-01' },
  { code: 'FIVE-OFF', discount: { amount: 500, currency: 'EUR' }, from: '2026-03-01', until: '2027-01-01' },
  {
    code: 'NEWYEAR10',
    discount: { percentage: 10 },
    from: '2026-01-01',
    until: '2026-01-15',
    isActive: false,
  },
  {
    code: 'BLACKFRIDAY40',
    discount: { percentage: 40 },
    from: '2026-11-20',
    until: '2026-12-01',
    limit: 5_000,
  },
];

export interface Discount {
  readonly couponId: CouponId;
  readonly amount: number;
}

const couponId = (code: string): CouponId => seedId('Coupon', code);

export async function seedCoupons({ insert }: SeedContext): Promise<void> {
  await insert(
    'coupons',
    offers.map(({ code, discount, from, until, limit, isActive = true }) => ({
      id: couponId(code),
      code,
      stripe_coupon_id: stripeId('coupon', code),
      discount_type: 'percentage' in discount ? 'PERCENTAGE' : 'FIXED',
      discount_value: 'percentage' in discount ? discount.percentage : discount.amount,
      currency: 'currency' in discount ? discount.currency : null,
      valid_from: new Date(from),
      valid_until: until && new Date(until),
      max_redemptions: limit ?? null,
      redemption_count: 0,
      is_active: isActive,
      created_at: after(SEED_START, -DAY),
      updated_at: after(SEED_START, -DAY),
    })),
  );
}

/** Only the first of the cast know the limited one, so that it is not used up in any size. */
const EARLY_PEOPLE = 60;

/** The discount on a person's first invoice, if they have one. */
export function discountOf(
  person: Person,
  on: { at: Date; subtotal: number; currency: string },
  random: Random,
): Discount | null {
  if (!random.chance(0.45)) return null;
  const usable = offers.filter(
    ({ from, until, discount, limit, isActive = true }) =>
      isActive &&
      new Date(from) <= on.at &&
      (until === null || on.at < new Date(until)) &&
      (!('currency' in discount) || discount.currency === on.currency) &&
      (limit === undefined || person.index < EARLY_PEOPLE),
  );
  const { code, discount } = random.pick(usable);
  const amount =
    'percentage' in discount
      ? Math.round((on.subtotal * discount.percentage) / 100)
      : Math.min(discount.amount, on.subtotal);
  return { couponId: couponId(code), amount };
}
