import type { EventId, UserId } from '@codezest/db-types';
import { CodezestDbError } from '../errors/base-error.js';
import { type QueryingClient, rowsOf, statement } from '../sql/statement.js';
import { OF_USER, type PersonalData } from './personal-data.js';

export interface Tombstone {
  /** SHA-256 of the user's id, in hexadecimal. */
  readonly userHash: string;
  readonly requestId: EventId;
}

/** A file that is no list of tombstones. */
export class InvalidTombstonesError extends CodezestDbError {
  readonly line: number;

  constructor(line: number) {
    super('TOMBSTONES_INVALID', `Line ${line} is no tombstone. Give the file that \`tombstones\` printed.`);
    this.line = line;
  }
}

/** A line per erased person: hash and request. */
export async function listTombstones(client: QueryingClient): Promise<string[]> {
  const rows = await rowsOf(client, list, []);
  return rows.map(({ userHash, requestId }) => `${userHash} ${requestId}`);
}

const list = statement<Tombstone>(
  'erasure.list_tombstones',
  `SELECT encode(user_hash, 'hex') AS "userHash", request_id::text AS "requestId" FROM erased_users ORDER BY created_at, user_hash`,
);

/** @throws {InvalidTombstonesError} TOMBSTONES_INVALID */
export function parseTombstones(text: string): Tombstone[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [, userHash, requestId] =
      /^([0-9a-f]{64}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(line.trim()) ?? [];
    if (userHash === undefined || requestId === undefined) throw new InvalidTombstonesError(index + 1);
    return [{ userHash, requestId: requestId as EventId }];
  });
}

/**
 * Who of the erased people has rows here again. Reads every table with a user's id from its beginning to its end, which is
 * what a hash costs; it is needed after a restore alone.
 */
export async function usersOfTombstones(
  client: QueryingClient,
  { service, rows }: PersonalData,
  tombstones: readonly Tombstone[],
): Promise<{ userId: UserId; requestId: EventId }[]> {
  const columns = rows.flatMap(({ table, where = OF_USER }) => {
    const column = /^(\w+) = \$1$/.exec(where)?.[1];
    return column === undefined ? [] : [`SELECT ${column} AS id FROM ${table}`];
  });
  const found = statement<{ userId: UserId; requestId: EventId }>(
    `${service}.users_of_tombstones`,
    `WITH erased AS (SELECT decode(h, 'hex') AS hash, r AS request FROM unnest($1::text[], $2::text[]) AS t(h, r))
     SELECT DISTINCT ids.id AS "userId", erased.request AS "requestId"
       FROM (${columns.join(' UNION ')}) AS ids JOIN erased ON erased.hash = rules.hash_of_user(ids.id)`,
  );
  return rowsOf(client, found, [
    tombstones.map(({ userHash }) => userHash),
    tombstones.map(({ requestId }) => requestId),
  ]);
}
