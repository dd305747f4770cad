import { processWide } from '../process-wide.js';

/**
 * Bounds the load that retries add while a server is in trouble: each costs a token, each success gives a tenth of one
 * back, so that a client adds at most a tenth to what it does successfully (the bound of gRPC's retry throttling,
 * https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs).
 */
export interface RetryBudget {
  /** Takes a token; false when there is none. */
  spend(): boolean;
  refill(): void;
}

const MOST_TOKENS = 20;
const REFILL = 0.1;

const budgets = processWide('retry-budgets', () => new WeakMap<object, RetryBudget>());

export function retryBudgetOf(client: object): RetryBudget {
  const known = budgets.get(client);
  if (known !== undefined) return known;

  let tokens = MOST_TOKENS;
  const budget: RetryBudget = {
    spend() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    refill() {
      tokens = Math.min(MOST_TOKENS, tokens + REFILL);
    },
  };
  budgets.set(client, budget);
  return budget;
}
