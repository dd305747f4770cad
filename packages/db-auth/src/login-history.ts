import {
  type Page,
  type PageRequest,
  pageLimit,
  read,
  rowsOf,
  timeCursor,
  timePage,
} from '@codezest/db-core';
import type { UserId } from '@codezest/db-types';
import type { LoginHistory } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';

/**
 * Who tried to log in to the user's account, latest first: kept for 90 days.
 *
 * @throws {InvalidPageError} PAGE_INVALID
 * @example
 * const { items } = await listLoginHistory(prisma, user.id);
 */
export async function listLoginHistory(
  client: Client,
  userId: UserId,
  page: PageRequest = {},
): Promise<Page<LoginHistory>> {
  const limit = pageLimit(page);
  const listing = `logins of ${userId}`;
  const after = timeCursor(listing, page);
  const place = [after?.at ?? 'infinity', after?.id ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  const rows = await rowsOf(client, loginHistory, [userId, ...place, limit + 1]);
  return timePage(listing, rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

const loginHistory = read<LoginHistory>(
  'auth.login_history',
  `SELECT ${columnsOf.loginHistory('h')} FROM login_history h
   WHERE h.user_id = $1::uuid AND (h.created_at, h.id) < ($2::timestamptz, $3::uuid)
   ORDER BY h.created_at DESC, h.id DESC LIMIT $4::int`,
);
