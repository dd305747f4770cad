import {
  answerIdempotencyKey,
  claimIdempotencyKey,
  type IdempotentResult,
  type PrismaClient,
  releaseIdempotencyKey,
  type TransactionClient,
} from '../../src/index.js';

/** `ask` talks to the provider, `write` stores what came of it. */
export async function checkout<Answer>(
  client: PrismaClient,
  request: { scope: string; key: string; request: string },
  ask: () => Promise<Answer>,
  write: (transaction: TransactionClient, answer: Answer) => Promise<IdempotentResult>,
): Promise<IdempotentResult> {
  const claim = await claimIdempotencyKey(client, request);
  if (!claim.claimed) return { status: claim.status, body: claim.body ?? undefined };

  const answer = await ask().catch(async (error: unknown) => {
    await releaseIdempotencyKey(client, claim);
    throw error;
  });
  return client.$transaction(async (transaction) => {
    const result = await write(transaction, answer);
    await answerIdempotencyKey(transaction, claim, result);
    return result;
  });
}
