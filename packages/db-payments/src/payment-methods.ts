import {
  inTransaction,
  isUniqueViolation,
  RecordNotFoundError,
  rowOf,
  rowsOf,
  statement,
  WriteConflictError,
} from '@codezest/db-core';
import type { PaymentMethodId, UserId } from '@codezest/db-types';
import type { PaymentMethod } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client, TransactionClient } from './client.js';

export interface ChosenPaymentMethod {
  readonly userId: UserId;
  readonly paymentMethodId: PaymentMethodId;
}

/**
 * Makes this the user's default in place of the one before. Of callers at once each succeeds, and the last one's choice
 * stays.
 *
 * @throws {WriteConflictError} WRITE_CONFLICT above READ COMMITTED; `transaction()` runs again
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND, also for somebody else's method or a detached one
 * @example
 * const method = await setDefaultPaymentMethod(prisma, { userId, paymentMethodId: card.id });
 */
export async function setDefaultPaymentMethod(
  client: Client,
  chosen: ChosenPaymentMethod,
): Promise<PaymentMethod> {
  const { userId, paymentMethodId } = chosen;
  return inTransaction(client, async (transaction: TransactionClient) => {
    await rowsOf(transaction, lockDefault, [userId]);
    const move = rowOf(transaction, moveDefault, [userId, paymentMethodId]);
    const method = await move.catch((cause: unknown) => {
      // The default that another transaction has set is not in the snapshot, so it could not be cleared.
      if (isUniqueViolation(cause, 'payment_methods_user_id_default_key'))
        throw new WriteConflictError({ cause });
      throw cause;
    });
    if (method === undefined) throw new RecordNotFoundError('payment method');
    return method;
  });
}

// Not a lock of rows: a user whose first two methods are being added has none that both callers could see.
const lockDefault = statement<object>(
  'payments.lock_default_payment_method',
  `SELECT pg_advisory_xact_lock(hashtextextended('payments.default_payment_method:' || $1::uuid, 0))::text`,
);

// The count makes the old default go before the new one comes: the unique index allows no moment with two.
const moveDefault = statement<PaymentMethod>(
  'payments.set_default_payment_method',
  `WITH chosen AS MATERIALIZED (
     SELECT id FROM payment_methods WHERE id = $2::uuid AND user_id = $1::uuid AND detached_at IS NULL
     FOR NO KEY UPDATE
   ), cleared AS (
     UPDATE payment_methods p SET is_default = false, updated_at = now()
     FROM chosen WHERE p.user_id = $1::uuid AND p.is_default AND p.id <> chosen.id
     RETURNING p.id
   )
   UPDATE payment_methods p SET is_default = true, updated_at = now()
   FROM chosen WHERE p.id = chosen.id AND (SELECT count(*) FROM cleared) >= 0
   RETURNING ${columnsOf.paymentMethod('p')}`,
);
