/**
 * What the roles of a service may not do, beyond what no role may. Said in code, because the database cannot know why a
 * row must stay; everything else follows from the catalogs.
 */
export interface RoleDefinition {
  /** `auth`, `learning` …: prefix of the roles' names and default name of the database. */
  readonly service: string;
  /** Tables whose rows are added and never changed: evidence that whoever broke in must not be able to tidy up. */
  readonly appendOnly: readonly string[];
  /** Tables whose rows are changed and never deleted: money, and the traces of logins. */
  readonly neverDeleted: readonly string[];
  /** Tables that only migrations, seeds and functions of the owner write. */
  readonly referenceData: readonly string[];
  /** `table.column` that the read-only role does not see: those marked `@secret` in the schema. */
  readonly secretColumns: readonly string[];
  /** Tables that other services' events arrive in; all that the inbox writer may do is add rows to them. */
  readonly inbox: readonly string[];
}

/** The runner's and Prisma's history: a service asks it whether the database is up to date. */
export const HISTORY = '_prisma_migrations';

export type TableRight = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** What the application may do with the rows of tables that are not like most; the first entry that names one holds. */
export function restrictedTables(
  definition?: RoleDefinition,
): { readonly tables: readonly string[]; readonly rights: readonly TableRight[] }[] {
  return [
    { tables: [...(definition?.referenceData ?? []), HISTORY], rights: ['SELECT'] },
    { tables: definition?.appendOnly ?? [], rights: ['SELECT', 'INSERT'] },
    { tables: definition?.neverDeleted ?? [], rights: ['SELECT', 'INSERT', 'UPDATE'] },
  ];
}

/** Functions of `rules` that say whether an event was delivered, or tell one again: only who delivers may call them. */
export const relayFunctions = [
  'claim_outbox',
  'finish_outbox',
  'fail_outbox',
  'compare_accounts',
  'accounts_between',
  'accounts_among',
  'tell_again',
] as const;
/** Functions of `rules` that say what is here of accounts, by ids and versions: for who brings events, to compare them. */
export const inboxFunctions = ['compare_copies', 'copies_between', 'copies_among'] as const;
/** Those that who delivers may call too. */
export const sharedRelayFunctions = ['outbox_state', 'redrive_outbox'] as const;

export const usualRights: readonly TableRight[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** The owner holds the objects and never logs in; each other role is one way in, with its own password. */
export const roleKinds = ['owner', 'migrator', 'app', 'ro', 'inbox_writer', 'outbox_relay'] as const;
export type RoleKind = (typeof roleKinds)[number];
export type LoginRoleKind = Exclude<RoleKind, 'owner'>;
export const loginRoleKinds: readonly LoginRoleKind[] = [
  'migrator',
  'app',
  'ro',
  'inbox_writer',
  'outbox_relay',
];

export type RoleNames = Readonly<Record<RoleKind, string>>;

/** `auth_app` and so on. Another prefix lets two environments live on one server without sharing a role. */
export function roleNames(prefix: string): RoleNames {
  return Object.fromEntries(roleKinds.map((kind) => [kind, `${prefix}_${kind}`])) as RoleNames;
}

/** What a session of a role starts with. Kept on the role, so that it holds behind a pooler and in psql as well. */
export const roleSettings: Readonly<Record<LoginRoleKind, Readonly<Record<string, string>>>> = {
  // Whoever queues behind a waiting ALTER TABLE is blocked for as long as that waits.
  migrator: { lock_timeout: '3s', statement_timeout: '15min', client_connection_check_interval: '1s' },
  app: { statement_timeout: '15s', lock_timeout: '5s', idle_in_transaction_session_timeout: '30s' },
  ro: {
    default_transaction_read_only: 'on',
    statement_timeout: '60s',
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '60s',
  },
  inbox_writer: { statement_timeout: '5s', lock_timeout: '2s', idle_in_transaction_session_timeout: '10s' },
  outbox_relay: { statement_timeout: '15s', lock_timeout: '2s', idle_in_transaction_session_timeout: '10s' },
};

/**
 * Settings that only a superuser may put on a role; left out with a notice where the command runs as less. Names of
 * constraints are read from messages, which a translated server would word otherwise. The other two keep values out of
 * the server's log, however talkative it is: DETAIL holds parameters and failing rows, and the message of an ERROR quotes
 * what could not be read as an ID, an address or a number. The service is told of each error and logs it without values.
 */
export const superuserSettings: Readonly<Record<string, string>> = {
  lc_messages: 'C',
  log_error_verbosity: 'terse',
  log_min_messages: 'log',
};

/** So that one service, or one person's tool, cannot take all connections of the server. */
export const connectionLimits: Readonly<Record<LoginRoleKind, number>> = {
  migrator: 10,
  app: 100,
  ro: 10,
  inbox_writer: 20,
  outbox_relay: 20,
};
