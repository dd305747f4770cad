import type { ConnectionSettings } from '../client/connection-settings.js';
import { noWrites, type TargetSessionAttrs } from '../connection-url/target-session.js';
import { isUtc } from '../connection-url/utc.js';
import { type MigrationStatus, needsPerson } from '../migrations/status.js';
import { type RoleDefinition, restrictedTables, type TableRight, usualRights } from '../roles/definition.js';
import type { ServerFacts, TableRights } from './server-facts.js';

export interface Finding {
  readonly check:
    | 'server'
    | 'migrations'
    | 'objects'
    | 'access'
    | 'zone data'
    | 'rights'
    | 'clock'
    | 'messages'
    | 'time zone'
    | 'timeouts'
    | 'connections'
    | 'months'
    | 'indexes'
    | 'sequences'
    | 'slots'
    | 'outbox'
    | 'transactions'
    | 'replica';
  /** A warning is a choice that will cost something; a problem is something that does not work. */
  readonly result: 'ok' | 'warning' | 'problem';
  readonly finding: string;
  /** What mends it, as a command where there is one. */
  readonly remedy?: string;
}

const OLDEST_SERVER = 150_000;
/** Sessions, codes and locks end within minutes; a second is what two machines with NTP may differ by. */
const MOST_SKEW_MS = 1_000;

export function serverFinding(facts: ServerFacts, target?: TargetSessionAttrs): Finding {
  const { versionNumber, serverVersion, encoding, foldsLetters } = facts;
  const readOnly = noWrites(facts, target);
  if (readOnly !== undefined)
    return {
      check: 'server',
      result: 'problem',
      finding: readOnly,
      remedy: facts.standby
        ? 'Point the URL at the primary, or name all servers in it with target_session_attrs=read-write.'
        : 'ALTER DATABASE … RESET default_transaction_read_only, or the same of the role or the server.',
    };
  if (versionNumber < OLDEST_SERVER)
    return {
      check: 'server',
      result: 'problem',
      finding: `PostgreSQL ${serverVersion}; the migrations need 15 or later`,
      remedy: 'Move the database to a newer server with pg_dump and pg_restore, or pg_upgrade.',
    };
  if (encoding !== 'UTF8')
    return {
      check: 'server',
      result: 'problem',
      finding: `the database is encoded in ${encoding}: not every name can be stored`,
      remedy: "Create the database anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
    };
  if (!foldsLetters)
    return {
      check: 'server',
      result: 'problem',
      finding: 'the locale of the database folds ASCII letters alone: ÉVA@… and éva@… would be two addresses',
      remedy:
        "Create the database anew: CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0, then restore into it.",
    };
  return { check: 'server', result: 'ok', finding: `PostgreSQL ${serverVersion.split(' ')[0]}, ${encoding}` };
}

export function migrationsFinding(status: MigrationStatus, command: string): Finding {
  if (status.upToDate)
    return { check: 'migrations', result: 'ok', finding: `${status.applied.length} applied, none pending` };
  const contradicts = [
    status.changed,
    status.missing,
    status.failed.filter(needsPerson),
    status.outOfOrder,
  ].some((list) => list.length);
  return contradicts
    ? {
        check: 'migrations',
        result: 'problem',
        finding: 'history and files contradict each other',
        remedy: `${command} status says where.`,
      }
    : {
        check: 'migrations',
        result: 'problem',
        finding:
          status.pending.length > 0
            ? `${status.pending.length} pending, the first is ${status.pending[0]}`
            : `${status.failed[0]?.name} was interrupted; the next run does it again`,
        remedy: `${command} migrate`,
      };
}

/** Whether the role may do what the service does, and no more: a role that owns its tables can drop them. */
export function rightsFinding(
  facts: ServerFacts,
  schema: string,
  command: string,
  definition?: RoleDefinition,
): Finding {
  const { role, tables, schemaUsage, superuser } = facts;
  const remedy = `${command} roles --apply, as after each migrate that adds objects; for a role of another name: GRANT and REVOKE as the owner.`;
  const lacks = schemaUsage
    ? tables.flatMap((table) => {
        const due = rightsOn(table.name, definition);
        return due.filter((right) => !holds(table, right)).map((right) => `${right} on ${table.name}`);
      })
    : [`USAGE on schema ${schema}`];
  if (lacks.length > 0)
    return { check: 'rights', result: 'problem', finding: `${role} lacks ${listed(lacks)}`, remedy };
  if (superuser || tables.some(({ owned }) => owned))
    return {
      check: 'rights',
      result: 'warning',
      finding: `${role} ${superuser ? 'is a superuser' : 'owns the tables'}: a hole in the service could drop or rewrite everything`,
      remedy:
        'Outside development, let the service log in as a role of its own that only reads and writes rows.',
    };
  const excess = tables.flatMap((table) => {
    const due: readonly string[] = rightsOn(table.name, definition);
    return ([...usualRights, 'TRUNCATE'] as const)
      .filter((right) => !due.includes(right) && holds(table, right))
      .map((right) => `${right} on ${table.name}`);
  });
  if (excess.length > 0)
    return {
      check: 'rights',
      result: 'warning',
      finding: `${role} may do more than the service does: ${listed(excess)}`,
      remedy,
    };
  return {
    check: 'rights',
    result: 'ok',
    finding: `${role} may use all ${tables.length} tables and own none`,
  };
}

function rightsOn(table: string, definition?: RoleDefinition): readonly TableRight[] {
  return restrictedTables(definition).find(({ tables }) => tables.includes(table))?.rights ?? usualRights;
}

function holds(table: TableRights, right: TableRight | 'TRUNCATE'): boolean {
  return table[right.toLowerCase() as Lowercase<typeof right>];
}

/** Names of constraints are read from messages, and what a message quotes is hidden by its English form. */
export function messagesFinding({ messages, role }: ServerFacts): Finding {
  if (/^(?:C|POSIX|en)(?:$|[._@-])|^(?:English|C\.)/i.test(messages))
    return { check: 'messages', result: 'ok', finding: `in English (${messages})` };
  return {
    check: 'messages',
    result: 'warning',
    finding: `the server's messages are in ${messages}: errors are told without their text`,
    remedy: `As a superuser: ALTER ROLE ${role} SET lc_messages = 'C';`,
  };
}

export function clockFinding({ clockSkewMs, clockErrorMs }: ServerFacts): Finding {
  const skew = Math.max(0, Math.abs(clockSkewMs) - clockErrorMs);
  if (skew <= MOST_SKEW_MS)
    return { check: 'clock', result: 'ok', finding: `${Math.abs(clockSkewMs)} ms apart (± ${clockErrorMs})` };
  const direction = clockSkewMs > 0 ? 'ahead of' : 'behind';
  return {
    check: 'clock',
    result: 'problem',
    finding: `the server is ${(skew / 1000).toFixed(1)} s ${direction} this machine: tokens and locks end at the wrong time`,
    remedy: 'Synchronize both with NTP (timedatectl status).',
  };
}

export function timeZoneFinding({ timeZone, role }: ServerFacts): Finding {
  if (isUtc(timeZone)) return { check: 'time zone', result: 'ok', finding: timeZone };
  return {
    check: 'time zone',
    result: 'problem',
    finding: `sessions run in ${timeZone}: instants would be stored wrong and read back unchanged`,
    remedy: `ALTER ROLE ${role} SET TimeZone = 'UTC';`,
  };
}

export function timeoutsFinding(facts: ServerFacts): Finding {
  const unlimited = (
    [
      ['statement_timeout', facts.statementTimeoutMs, '15s'],
      ['lock_timeout', facts.lockTimeoutMs, '5s'],
      ['idle_in_transaction_session_timeout', facts.idleInTransactionTimeoutMs, '30s'],
    ] as const
  ).filter(([, milliseconds]) => milliseconds === 0);
  if (unlimited.length === 0) {
    const { statementTimeoutMs, lockTimeoutMs } = facts;
    return {
      check: 'timeouts',
      result: 'ok',
      finding: `statement ${statementTimeoutMs} ms, lock ${lockTimeoutMs} ms`,
    };
  }
  return {
    check: 'timeouts',
    result: 'warning',
    finding: `without limit: ${unlimited.map(([name]) => name).join(', ')}`,
    remedy: unlimited
      .map(([name, , limit]) => `ALTER ROLE ${facts.role} SET ${name} = '${limit}';`)
      .join(' '),
  };
}

/** All processes together must leave a fifth of the connections to deploys, migrations and people. */
export function connectionsFinding(
  facts: ServerFacts,
  { pool, servers: { pooler } }: Pick<ConnectionSettings, 'pool' | 'servers'>,
  processes: number,
): Finding {
  const limit =
    facts.roleConnectionLimit < 0
      ? facts.serverConnections
      : Math.min(facts.roleConnectionLimit, facts.serverConnections);
  const wanted = (pool.max ?? 10) * processes;
  const finding =
    `${processes} × ${pool.max} wanted, ${limit} to be had by ${facts.role}, ` +
    `${facts.openConnections} of ${facts.serverConnections} open on the server`;
  if (pooler) return { check: 'connections', result: 'ok', finding: `through a pooler; ${finding}` };
  if (wanted <= limit * 0.8) return { check: 'connections', result: 'ok', finding };
  return {
    check: 'connections',
    result: wanted > limit ? 'problem' : 'warning',
    finding,
    remedy: `?connection_limit=${Math.max(1, Math.floor((limit * 0.8) / processes))} in the URL, or a pooler (?pgbouncer=true).`,
  };
}

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
