import {
  inTransaction,
  RecordNotFoundError,
  rowOf,
  rowsOf,
  type Statement,
  statement,
} from '@codezest/db-core';
import {
  type ErasedRows,
  type ErasureReport,
  type ErasureRequest,
  type EventId,
  parseErasureRequestId,
  parseUserId,
  type Service,
  services,
  type UserId,
} from '@codezest/db-types';
import { AccountNotFoundError } from './account-errors.js';
import { deleteAccount } from './accounts.js';
import type { Client } from './client.js';

/** The law gives one month: GDPR art. 12(3). */
const DAYS_TO_ANSWER = 30;

/**
 * Notes that a person wants to be forgotten, and closes the account at once. Every service erases its rows and reports;
 * `recordErasureReport` closes the request when the last one has. A second request for the same person returns the first.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @example
 * const request = await requestErasure(prisma, userId);
 */
export async function requestErasure(client: Client, user: UserId): Promise<ErasureRequest> {
  const userId = parseUserId(user);
  return inTransaction(client, async (transaction: Client) => {
    const account = await rowOf(transaction, lockAccount, [userId]);
    if (account === undefined) throw new AccountNotFoundError();
    const found = await rowOf(transaction, findOpen, [userId]);
    if (found !== undefined) return requestOf(found);
    if (account.deletedAt === null) await deleteAccount(transaction, userId);
    const { id } = await transaction.erasureRequest.create({
      data: { userId, dueAt: new Date(Date.now() + DAYS_TO_ANSWER * 24 * 60 * 60 * 1000) },
      select: { id: true },
    });
    const made = await rowOf(transaction, findById, [id]);
    if (made === undefined) throw new RecordNotFoundError('erasure request');
    return requestOf(made);
  });
}

/** What has been answered to a request; the certificate once it is closed. */
export interface Erasure {
  readonly requestId: EventId;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  /** Null until every service has reported. */
  readonly closedAt: Date | null;
  readonly reports: readonly {
    readonly service: Service;
    readonly tables: ErasedRows;
    readonly reportedAt: Date;
  }[];
  /** Services whose report is missing. */
  readonly missing: readonly Service[];
}

/**
 * Stores what a service has erased. A report that comes again replaces the earlier one until the request is closed, and
 * changes nothing afterwards. The report of the last service closes the request and forgets whose it was.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 */
export async function recordErasureReport(client: Client, report: ErasureReport): Promise<Erasure> {
  const requestId = parseErasureRequestId(report.requestId);
  return inTransaction(client, async (transaction: Client) => {
    const open = await rowOf(transaction, takeOpen, [requestId]);
    if (open !== undefined) {
      await rowsOf(transaction, storeReport, [requestId, report.service, JSON.stringify(report.tables)]);
      await rowsOf(transaction, closeComplete, [requestId, [...services]]);
    }
    return readErasure(transaction, report.requestId);
  });
}

/**
 * The state of a request and what each service has erased.
 *
 * @throws {InvalidIdError} ID_INVALID
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 */
export async function readErasure(client: Client, requestId: EventId): Promise<Erasure> {
  const found = await client.erasureRequest.findUnique({
    where: { id: parseErasureRequestId(requestId) },
    include: { reports: { orderBy: { createdAt: 'asc' } } },
  });
  if (found === null) throw new RecordNotFoundError('erasure request');
  const reports = found.reports.map(({ service, tables, createdAt }) => ({
    service,
    tables,
    reportedAt: createdAt,
  }));
  return {
    requestId,
    requestedAt: found.requestedAt,
    dueAt: found.dueAt,
    closedAt: found.closedAt,
    reports,
    missing: services.filter((service) => !reports.some((report) => report.service === service)),
  };
}

/** Requests that are not closed, the most urgent first. `overdue` ones alone, for an alarm. At most 1000. */
export async function listOpenErasures(
  client: Client,
  { overdue = false }: { readonly overdue?: boolean } = {},
): Promise<ErasureRequest[]> {
  return (await rowsOf(client, listOpen, [overdue])).map(requestOf);
}

interface RequestRow {
  readonly id: string;
  readonly userId: UserId;
  readonly requestedAt: Date;
  readonly dueAt: Date;
}

function requestOf({ id, userId, requestedAt, dueAt }: RequestRow): ErasureRequest {
  return {
    requestId: id as EventId,
    userId,
    requestedAt: requestedAt.toISOString(),
    dueAt: dueAt.toISOString(),
  };
}

const COLUMNS = 'r.id AS "id", r.user_id AS "userId", r.requested_at AS "requestedAt", r.due_at AS "dueAt"';

// Whoever asks twice at once waits here and finds the first request.
const lockAccount: Statement<{ deletedAt: Date | null }> = statement(
  'auth.lock_account_to_erase',
  'SELECT deleted_at AS "deletedAt" FROM users WHERE id = $1::uuid FOR NO KEY UPDATE',
);

const findOpen: Statement<RequestRow> = statement(
  'auth.find_open_erasure',
  `SELECT ${COLUMNS} FROM erasure_requests r WHERE r.user_id = $1::uuid`,
);

const findById: Statement<RequestRow> = statement(
  'auth.find_erasure',
  `SELECT ${COLUMNS} FROM erasure_requests r WHERE r.id = $1::uuid`,
);

const listOpen: Statement<RequestRow> = statement(
  'auth.list_open_erasures',
  `SELECT ${COLUMNS} FROM erasure_requests r
    WHERE r.closed_at IS NULL AND (NOT $1::boolean OR r.due_at < now()) ORDER BY r.due_at LIMIT 1000`,
);

// Changes the row: at REPEATABLE READ a lock alone would let two last reports miss each other.
const takeOpen: Statement<{ id: string }> = statement(
  'auth.take_open_erasure',
  'UPDATE erasure_requests SET updated_at = now() WHERE id = $1::uuid AND closed_at IS NULL RETURNING id',
);

const storeReport: Statement<never> = statement(
  'auth.store_erasure_report',
  `INSERT INTO erasure_reports (request_id, service, tables) VALUES ($1::uuid, $2::text, $3::text::jsonb)
   ON CONFLICT (request_id, service) DO UPDATE SET tables = excluded.tables`,
);

const closeComplete: Statement<never> = statement(
  'auth.close_erasure',
  `UPDATE erasure_requests SET closed_at = now(), user_id = NULL, updated_at = now()
    WHERE id = $1::uuid AND NOT EXISTS (
      SELECT unnest($2::text[]) EXCEPT SELECT service FROM erasure_reports WHERE request_id = $1::uuid)`,
);
