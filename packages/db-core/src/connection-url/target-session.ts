/**
 * What a session must be, in the words of libpq:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
 */
export const TARGET_SESSION_ATTRS = [
  'any',
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
] as const;

export type TargetSessionAttrs = (typeof TARGET_SESSION_ATTRS)[number];

export interface ServerRole {
  readonly standby: boolean;
  /** A standby, or a database or role whose `default_transaction_read_only` is on. */
  readonly readOnly: boolean;
}

export const SERVER_ROLE = `pg_is_in_recovery() AS "standby", current_setting('transaction_read_only') = 'on' AS "readOnly"`;

/**
 * Where the log stands. On a primary, behind all that was committed: the end of a commit that is not flushed yet
 * (`synchronous_commit = off`) lies before the insert position, too.
 */
export const WAL_POSITION =
  '(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)::text';

/** `16/B374D848`: the halves of 64 bits, in hexadecimal. */
export function bytesOfWal(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** What `prefer-standby` takes at last, when there is no standby, is for the caller to know. */
export function suits(target: TargetSessionAttrs, { standby, readOnly }: ServerRole): boolean {
  switch (target) {
    case 'any':
      return true;
    case 'read-write':
      return !readOnly;
    case 'read-only':
      return readOnly;
    case 'primary':
      return !standby;
    case 'standby':
    case 'prefer-standby':
      return standby;
  }
}

/** Why a client that means to write cannot; nothing where it can, or asked for such a server. */
export function noWrites(role: ServerRole, target: TargetSessionAttrs = 'any'): string | undefined {
  if (!role.readOnly || ['read-only', 'standby', 'prefer-standby'].includes(target)) return undefined;
  return role.standby
    ? 'the server is a standby and takes no writes'
    : 'the server takes no writes: default_transaction_read_only is on';
}
