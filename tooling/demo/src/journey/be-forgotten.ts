import { eraseUser as fromActivity } from '@codezest/db-activity';
import { eraseUser as fromAuth, recordErasureReport, requestErasure } from '@codezest/db-auth';
import { eraseUser as fromLearning } from '@codezest/db-learning';
import { eraseUser as fromNotifications } from '@codezest/db-notifications';
import { eraseUser as fromPayments } from '@codezest/db-payments';
import { type ErasureReport, parseErasureRequestId } from '@codezest/db-types';
import type { Cast } from './cast.js';

/** Asks to be forgotten: auth tells it, every service erases what it has and reports, and the request is closed. */
export async function beForgotten(cast: Cast): Promise<void> {
  const { stage, auth, learner } = cast;
  stage.chapter('Maya asks to be forgotten');

  const request = await stage.play('auth', 'takes her request and closes the account', async () => {
    const made = await requestErasure(auth, learner.id);
    return { result: made, rows: 1, detail: `to be answered until ${made.dueAt.slice(0, 10)}` };
  });
  await stage.play('auth', 'erases her, and tells the others in the same transaction', async () => {
    const report = await fromAuth(auth, request);
    await recordErasureReport(auth, report);
    return { result: report, rows: rowsOf(report), detail: tablesOf(report) };
  });

  const { learning, payments, notifications, activity } = cast;
  const services = [
    ['learning', () => forgottenBy(cast, learning), () => fromLearning(learning, request)],
    ['payments', () => forgottenBy(cast, payments), () => fromPayments(payments, request)],
    [
      'notifications',
      () => forgottenBy(cast, notifications),
      () => fromNotifications(notifications, request),
    ],
    ['activity', () => forgottenBy(cast, activity), () => fromActivity(activity, request)],
  ] as const;
  for (const [service, hasHeard, report] of services)
    await stage.play(
      service,
      service === 'payments' ? 'keeps the papers under a random id' : 'forgets her',
      async () => {
        await cast.telling.heard(hasHeard);
        // Done when the event arrived: a repetition reports the same.
        const erased = await report();
        await recordErasureReport(auth, erased);
        return { result: erased, rows: rowsOf(erased), detail: tablesOf(erased) };
      },
    );

  await stage.play('auth', 'closes the request and forgets whose it was', async () => {
    const { closedAt, userId } = await auth.erasureRequest.findUniqueOrThrow({
      where: { id: parseErasureRequestId(request.requestId) },
    });
    if (closedAt === null || userId !== null) throw new Error('The request is still open.');
    return {
      result: closedAt,
      detail: 'every service has answered; what is left is the certificate of what went',
    };
  });
}

/** Whether a service has applied that the account is gone: it has marked the person, and the event went with the rest. */
async function forgottenBy(
  { learner }: Cast,
  client: { $queryRawUnsafe<Result>(sql: string, ...values: unknown[]): PromiseLike<Result> },
): Promise<true | undefined> {
  const [found] = await client.$queryRawUnsafe<{ done: boolean }[]>(
    `SELECT EXISTS (SELECT FROM erased_users WHERE user_hash = rules.hash_of_user($1::uuid))
       AND NOT EXISTS (SELECT FROM received_events WHERE payload ->> 'userId' = $1::uuid::text) AS done`,
    learner.id,
  );
  return found?.done ? true : undefined;
}

const rowsOf = ({ tables }: ErasureReport): number =>
  Object.values(tables).reduce((sum, rows) => sum + rows, 0);
const tablesOf = ({ tables }: ErasureReport): string =>
  Object.entries(tables)
    .filter(([table]) => table !== 'received_events')
    .map(([table, rows]) => `${table} ${rows}`)
    .join(', ');
