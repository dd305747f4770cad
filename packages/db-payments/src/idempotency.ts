import { createHash } from 'node:crypto';
import { newId, read, requireText, rowOf, rowsOf, sameHash, statement } from '@codezest/db-core';
import type { IdempotencyKeyId } from '@codezest/db-types';
import type { IdempotencyKey } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { refusingCardNumbers } from './card-numbers.js';
import { checkedSeconds } from './checked-options.js';
import type { Client } from './client.js';
import { IdempotencyClaimLostError, IdempotencyKeyBusyError } from './idempotency-errors.js';
import type { IdempotentResponse } from './json-types.js';
import { IdempotencyKeyReusedError } from './payment-errors.js';

export interface IdempotentRequest {
  /** Whose key it is: the operation, and the caller where callers choose their own keys. */
  readonly scope: string;
  readonly key: string;
  /** What was asked for, as text. Only its hash is stored. */
  readonly request: string;
  /** After this many seconds without an answer another one may take over. 60. */
  readonly lockSeconds?: number;
  /**
   * How long repetitions get the answer, from the last claim on. A day; never less than `lockSeconds`. After that the key
   * is free for any request.
   */
  readonly expiresInSeconds?: number;
}

/** The right to act. Given back by `answerIdempotencyKey` or `releaseIdempotencyKey`. */
export interface IdempotencyClaim {
  readonly claimed: true;
  readonly id: IdempotencyKeyId;
  readonly lockedAt: Date;
}

export interface IdempotencyAnswer {
  readonly claimed: false;
  readonly status: number;
  readonly body: IdempotentResponse | null;
}

/**
 * Lets one of several equal requests act, where the work needs the provider and so does not fit in a transaction. The
 * one that is `claimed` acts and answers; repetitions get that answer.
 *
 * @throws {IdempotencyKeyBusyError} IDEMPOTENCY_KEY_BUSY while another one acts
 * @throws {IdempotencyKeyReusedError} IDEMPOTENCY_KEY_REUSED
 * @throws {InvalidOptionError} OPTION_INVALID
 * @example
 * const claim = await claimIdempotencyKey(prisma, { scope: `checkout:${userId}`, key, request: body });
 */
export async function claimIdempotencyKey(
  client: Client,
  { scope, key, request, lockSeconds = 60, expiresInSeconds = 24 * 60 * 60 }: IdempotentRequest,
): Promise<IdempotencyClaim | IdempotencyAnswer> {
  checkedSeconds('lockSeconds', lockSeconds);
  checkedSeconds('expiresInSeconds', expiresInSeconds);
  requireText(request, 'request');
  const requestHash = createHash('sha256').update(request).digest();
  const values = [newId<'IdempotencyKey'>(), scope, key, requestHash, lockSeconds, expiresInSeconds];
  const claim = await rowOf(client, claimKey, values);
  if (claim !== undefined) return { claimed: true, ...claim };

  const found = await rowOf(client, findKey, [scope, key]);
  if (found === undefined) throw new IdempotencyKeyBusyError();
  if (!sameHash(requestHash, found.requestHash)) throw new IdempotencyKeyReusedError();
  if (found.responseStatus === null) throw new IdempotencyKeyBusyError();
  return { claimed: false, status: found.responseStatus, body: found.responseBody };
}

// What has expired is gone, and whoever takes over begins anew: so that nobody who clears expired rows away takes a claim
// that is held.
const claimKey = statement<Omit<IdempotencyClaim, 'claimed'>>(
  'payments.claim_idempotency_key',
  `INSERT INTO idempotency_keys AS k (id, scope, key, request_hash, locked_at, expires_at)
   VALUES ($1::uuid, $2::text, $3::text, $4::bytea, now(), now() + make_interval(secs => greatest($5::float8, $6::float8)))
   ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, locked_at = now(), completed_at = NULL,
       response_status = NULL, response_body = NULL, expires_at = excluded.expires_at, updated_at = now()
     WHERE k.expires_at <= now()
       OR (k.request_hash = excluded.request_hash AND k.completed_at IS NULL
         AND (k.locked_at IS NULL OR k.locked_at < now() - make_interval(secs => $5::float8)))
   RETURNING k.id, k.locked_at AS "lockedAt"`,
);

const findKey = read<IdempotencyKey>(
  'payments.find_idempotency_key',
  `SELECT ${columnsOf.idempotencyKey('k')} FROM idempotency_keys k WHERE k.scope = $1::text AND k.key = $2::text`,
);

export interface IdempotentResult {
  readonly status: number;
  readonly body?: IdempotentResponse;
}

/**
 * Stores the answer for the repetitions. Call it in the transaction that writes the effects, so that neither is there
 * without the other.
 *
 * @throws {IdempotencyClaimLostError} IDEMPOTENCY_CLAIM_LOST where another one has taken over meanwhile
 * @throws {CardNumberError} CARD_NUMBER_REFUSED
 * @example
 * await answerIdempotencyKey(transaction, claim, { status: 201, body: { invoiceId } });
 */
export async function answerIdempotencyKey(
  client: Client,
  { id, lockedAt }: IdempotencyClaim,
  { status, body }: IdempotentResult,
): Promise<void> {
  const values = [id, lockedAt, status, body === undefined ? null : JSON.stringify(body)];
  if ((await refusingCardNumbers(rowsOf(client, answerKey, values))).length === 0)
    throw new IdempotencyClaimLostError();
}

const answerKey = statement<object>(
  'payments.answer_idempotency_key',
  `UPDATE idempotency_keys SET completed_at = now(), locked_at = NULL, response_status = $3::smallint,
     response_body = $4::jsonb, updated_at = now()
   WHERE id = $1::uuid AND locked_at = $2::timestamptz
   RETURNING id`,
);

/**
 * Gives the claim back without an answer, because nothing has happened: the next repetition may act at once. True when it
 * was still the caller's.
 *
 * @example
 * await releaseIdempotencyKey(prisma, claim);
 */
export async function releaseIdempotencyKey(
  client: Client,
  { id, lockedAt }: IdempotencyClaim,
): Promise<boolean> {
  return (await rowsOf(client, releaseKey, [id, lockedAt])).length > 0;
}

const releaseKey = statement<object>(
  'payments.release_idempotency_key',
  `UPDATE idempotency_keys SET locked_at = NULL, updated_at = now()
   WHERE id = $1::uuid AND locked_at = $2::timestamptz
   RETURNING id`,
);
