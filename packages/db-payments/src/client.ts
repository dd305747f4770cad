import {
  type ConnectionOptions,
  healthCheck as checkHealth,
  clientClass,
  connect as connectClient,
  type DatabaseDefinition,
  type DatabaseHealth,
  type DatabaseReadiness,
  type Drained,
  type DrainOptions,
  drain as drainClient,
  lazyClient,
  type ReadinessOptions,
  readinessCheck as readiness,
} from '@codezest/db-core';
import { PrismaClient as GeneratedClient, type Prisma } from '../generated/client.js';
import { expectedChecksums, expectedMigration } from '../generated/expected-migration.js';
import { type SecretFields, secretFields } from '../generated/secret-fields.js';
import { name, version } from '../package.json';

const database: DatabaseDefinition = {
  service: 'payments',
  packageName: name,
  version,
  urlVariables: ['PAYMENTS_DATABASE_URL', 'DATABASE_URL'],
  secretFields,
};

type LogChoice = (Prisma.LogLevel | Prisma.LogDefinition)[];
type OmitChoice = Prisma.GlobalOmitConfig;

/** Options of `new PrismaClient()` and `createClient()`: Prisma's own, and `url`. All are optional. */
export interface ClientOptions<Log extends LogChoice = LogChoice, Omitted extends OmitChoice = OmitChoice>
  extends ConnectionOptions {
  /** As in Prisma. Query events tell the SQL and the duration; parameter values are hidden. */
  log?: Log;
  /** Fields to leave out by default. Secret fields are left out unless set to `false` here or in a query. */
  omit?: Omitted;
  /** A driver adapter of your own instead of the pool that `url` gives. */
  adapter?: Prisma.PrismaClientOptions['adapter'];
  transactionOptions?: Prisma.PrismaClientOptions['transactionOptions'];
  errorFormat?: Prisma.PrismaClientOptions['errorFormat'];
}

/** Fields that results leave out: the secret ones, with the caller's choice on top. */
type Omitted<Choice extends OmitChoice> = keyof Choice extends never
  ? SecretFields
  : Choice & {
      [Model in keyof SecretFields]: Omit<
        SecretFields[Model],
        Model extends keyof Choice ? keyof Choice[Model] : never
      >;
    };

export interface PrismaClientConstructor {
  new <Log extends LogChoice = [], Choice extends OmitChoice = Record<never, never>>(
    options?: ClientOptions<Log, Choice>,
  ): PrismaClient<Prisma.GetEvents<Log>, Omitted<Choice>>;
  readonly prototype: PrismaClient;
}

/** Prisma's client for the payments database. Needs no adapter: `new PrismaClient()` reads PAYMENTS_DATABASE_URL, then DATABASE_URL. */
export const PrismaClient = clientClass(GeneratedClient, database) as PrismaClientConstructor;
export type PrismaClient<
  Log extends Prisma.LogLevel = never,
  Omitted extends OmitChoice = SecretFields,
> = GeneratedClient<Log, Omitted>;

/** What a transaction's callback is given: a client without connection, events and nested transactions. */
export type TransactionClient = Prisma.TransactionClient;

/** What the functions of this package take: a client, or the transaction they shall be part of. */
export type Client = PrismaClient | TransactionClient;

/** A client with options, for injection. Opens no connection before its first query. */
export function createClient<Log extends LogChoice = [], Choice extends OmitChoice = Record<never, never>>(
  options?: ClientOptions<Log, Choice>,
): PrismaClient<Prisma.GetEvents<Log>, Omitted<Choice>> {
  return new PrismaClient(options);
}

/** The process's client, built at its first use. */
export const prisma: PrismaClient = lazyClient(name, () => new PrismaClient());

/**
 * Connects and really asks the server, unlike `$connect()`, which resolves on a dead one.
 *
 * @throws DatabaseUnreachableError, MissingDatabaseUrlError or InvalidDatabaseUrlError.
 */
export async function connect(
  client: Pick<PrismaClient, '$queryRawUnsafe' | '$disconnect'> = prisma,
): Promise<void> {
  return connectClient(client);
}

/** Ends the client's connections. Running interactive transactions are cut: `drain()` lets them finish. */
export async function disconnect(client: Pick<PrismaClient, '$disconnect'> = prisma): Promise<void> {
  return client.$disconnect();
}

/**
 * For the end of the process: waits until no query and no transaction runs, `timeoutMs` (10000) at most, then disconnects
 * for good. Later queries throw ClientDrainedError. Stop first what brings work. Installs no signal handler.
 */
export async function drain(
  client: Pick<PrismaClient, '$queryRawUnsafe' | '$disconnect'> = prisma,
  options: DrainOptions = {},
): Promise<Drained> {
  return drainClient(client, options);
}

/** How the database is, within `timeoutMs` (1000). Never rejects. */
export async function healthCheck(
  client: Pick<PrismaClient, '$queryRawUnsafe' | '$disconnect'> = prisma,
  options: { timeoutMs?: number } = {},
): Promise<DatabaseHealth> {
  return checkHealth(client, options);
}

/**
 * Whether requests may come: the database is healthy, is this service's, and has `expectedMigration`. Within `timeoutMs`
 * (1000); never rejects.
 */
export async function readinessCheck(
  client: Pick<PrismaClient, '$queryRawUnsafe' | '$disconnect'> = prisma,
  options: ReadinessOptions = {},
): Promise<DatabaseReadiness> {
  return readiness(client, { name: expectedMigration, checksums: expectedChecksums }, options);
}
