#!/usr/bin/env bash
# stripe 23.1.0 beside 22.3.2 (npm, the types alone), TypeScript 5.9.3 with --strict, Node 20.
#
# Expected: a status is a closed union, so that tsc reports a misspelt one (TS2367), and a switch over all of them may end
#           in `const none: never = status`; or the type is open for what Stripe answers and closed for what we send.
# Seen: so it was up to 22.3. A minor version, 22.4.0, added an open string type to these unions on both sides:
#       `status === 'cancelled'` compiles (Stripe writes 'canceled'), so does the parameter mode: 'subscritpion', and the
#       `never` at the end of a complete switch does not. In a Record<Status, boolean> any key may be read, and what is
#       not there has the type boolean. Two checks are left: the Record must name every known status, and the types of
#       events are closed as before, although new ones arrive just the same.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > look.ts <<'TS'
import type Stripe from 'stripe';
declare const subscription: Stripe.Subscription;
declare const event: Stripe.Event;
declare const access: Record<Stripe.Subscription.Status, boolean>;
export const compared = () => subscription.status === 'cancelled';
export const parameters: Stripe.Checkout.SessionCreateParams = { mode: 'subscritpion' };
export const found: boolean = access.cancelled;
export const partial: Record<Stripe.Subscription.Status, boolean> = { active: true };
export const ofEvent = () => event.type === 'customer.subscription.cancelled';
export function all(status: Stripe.Subscription.Status): boolean {
  switch (status) {
    case 'active': case 'trialing': case 'past_due': return true;
    case 'canceled': case 'incomplete': case 'incomplete_expired': case 'paused': case 'unpaid': return false;
    default: { const none: never = status; return none; }
  }
}
TS
seen=$(for version in 22.3.2 23.1.0; do
  mkdir "$version"
  cp look.ts "$version"
  npm install --silent --no-audit --no-fund --prefix "$version" "stripe@$version" typescript@5.9.3 >/dev/null
  errors=$(cd "$version" && npx tsc --noEmit --strict --skipLibCheck --module nodenext --target es2022 look.ts \
    | grep -oE '^look.ts\([0-9]+|TS[0-9]+' | sed 's/look.ts(/line /' | paste -sd ' ' || true)
  echo "$version: $errors"
done)
echo "$seen"

# Lines of look.ts: 5 the comparison, 6 the parameter, 7 the key, 8 the Record, 9 the event, 14 the complete switch.
[ "$seen" = '22.3.2: line 5 TS2367 line 6 TS2820 line 7 TS2551 line 8 TS2740 line 9 TS2367
23.1.0: line 8 TS2740 line 9 TS2367 line 14 TS2322' ]
