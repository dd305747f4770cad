import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { onFreshSession } from '../errors/staleness.js';
import { withoutValues } from '../errors/without-values.js';
import { processWide } from '../process-wide.js';
import type { ConnectionOptions, DatabaseDefinition, OmittedFields } from './database.js';
import { type LazyAdapter, lazyAdapter } from './lazy-adapter.js';
import { liveArguments } from './live-rows.js';
import { safeAdapter } from './safe-adapter.js';
import { type QueryListener, safeListener } from './safe-events.js';
import type { ServicePool } from './service-pool.js';
import { type DataModel, requireStorableArguments } from './storable-arguments.js';

interface AnyClientOptions extends ConnectionOptions {
  adapter?: SqlDriverAdapterFactory;
  log?: readonly (string | { readonly emit: string; readonly level: string })[];
  omit?: OmittedFields;
}

interface AnyClient {
  $on(event: string, callback: (event: never) => void): unknown;
  $disconnect(): Promise<void>;
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>;
  $transaction(work: unknown, options?: unknown): Promise<unknown>;
  _request(request: unknown): Promise<unknown>;
  _executeRequest(request: ModelRequest): Promise<unknown>;
  readonly _runtimeDataModel: DataModel;
}

/** A call as Prisma hands it on; one of raw SQL has no model. */
interface ModelRequest {
  readonly model?: string;
  readonly action?: string;
  readonly args?: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: TypeScript demands any[] of a class that is extended by a mixin
type ClientClass = new (...options: any[]) => AnyClient;

interface KnownClient {
  readonly packageName: string;
  /** The way to its adapter; there is none where the caller brought one. */
  adapter(): LazyAdapter | undefined;
  /** The client of its replica; there is none where no URL names one. */
  replica(): AnyClient | undefined;
}

/** Our clients, those of all copies of our packages in this process. */
const clients = processWide('clients', () => new WeakMap<object, KnownClient>());
/** Who hears of the statements that go past Prisma, for clients that were made with query events. */
const queryListeners = processWide('query-listeners', () => new WeakMap<LazyAdapter, QueryListener[]>());

/**
 * The package's `PrismaClient`: Prisma's own class, which needs no adapter named, hides secret columns unless asked,
 * and tells no parameter values in its query events. The caller gives the result its type, because only the generated
 * client knows the models.
 */
export function clientClass(Generated: unknown, database: DatabaseDefinition): unknown {
  return class PrismaClient extends (Generated as ClientClass) {
    constructor({ url, replicaUrl, adapter, omit, ...options }: AnyClientOptions = {}) {
      const own = adapter === undefined ? lazyAdapter(database, { url }) : undefined;
      super({
        errorFormat: 'minimal',
        transactionOptions: { maxWait: 3_000, timeout: 10_000 },
        ...options,
        adapter: safeAdapter(adapter ?? (own as LazyAdapter)),
        omit: mergeOmit(database.secretFields, omit),
      });
      const standby = replicaUrl ?? (url === undefined ? process.env[replicaVariable(database)] : undefined);
      let replica: AnyClient | undefined;
      const known = {
        packageName: database.packageName,
        adapter: () => own,
        replica: () => {
          if (standby) replica ??= new PrismaClient({ ...options, omit, url: preferStandby(standby) });
          return replica;
        },
      };
      // Prisma's constructor returns a proxy, and that is `this` here: the object the caller holds. What `$extends` makes
      // knows the object behind it.
      clients.set(this, known);
      clients.set((this as unknown as ExtendedClient)._originalClient, known);
      if (own !== undefined && emitsQueries(options)) queryListeners.set(own, []);
    }

    /** That proxy hides its prototype, so `instanceof` would deny every client. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return (
        typeof value === 'object' &&
        value !== null &&
        knownClient(value)?.packageName === database.packageName
      );
    }

    /**
     * What Prisma itself refuses never comes to the adapter, and its message prints the whole call. Prisma has no public
     * place for this: a client with query extensions loses `$on`.
     */
    override async _request(request: { transaction?: unknown }): Promise<unknown> {
      const send = () => super._request(request);
      try {
        // Within a transaction a statement cannot be repeated alone.
        return await (request.transaction === undefined ? onFreshSession(send) : send());
      } catch (error) {
        throw withoutValues(error);
      }
    }

    /** A list of calls is one fact, and can be repeated; a callback may have done more than its queries. */
    override $transaction(work: unknown, options?: unknown): Promise<unknown> {
      const run = () => super.$transaction(work, options);
      return Array.isArray(work) ? onFreshSession(run) : run();
    }

    /** Behind the query extensions: these are the arguments that Prisma makes a query of. */
    override async _executeRequest(request: ModelRequest): Promise<unknown> {
      const { model, action = '', args } = request;
      if (model === undefined) return await super._executeRequest(request);
      requireStorableArguments(this._runtimeDataModel, model, args);
      const live = liveArguments(this._runtimeDataModel, model, action, args);
      return await super._executeRequest(live === args ? request : { ...request, args: live });
    }

    override $on(event: string, callback: (event: never) => void): unknown {
      const listener = safeListener(callback);
      if (event === 'query') listenersOf(this)?.push(listener);
      replicaOf(this)?.$on(event, callback);
      return super.$on(event, listener);
    }

    override async $disconnect(): Promise<void> {
      await super.$disconnect();
      await adapterOf(this)?.end();
      await replicaOf(this)?.$disconnect();
    }
  };
}

/** What `$extends` makes: another object, which shares everything with the client that it was made of. */
interface ExtendedClient {
  readonly _originalClient: object;
  readonly $connect?: unknown;
}

/** A transaction client is none, although it too knows the client that it came from: its statements are its own. */
function knownClient(client: object): KnownClient | undefined {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const { _originalClient, $connect } = client as ExtendedClient;
  return typeof $connect === 'function' && typeof _originalClient === 'object'
    ? clients.get(_originalClient)
    : undefined;
}

/** Whether a client is one that a package of ours has made, extended or not. */
export function isOurs(client: object): boolean {
  return knownClient(client) !== undefined;
}

/** The adapter behind a client of ours; nothing for a client that was given its own, or a transaction client. */
export function adapterOf(client: object): LazyAdapter | undefined {
  return knownClient(client)?.adapter();
}

/** The client of a client's replica. */
export function replicaOf(client: object): AnyClient | undefined {
  return knownClient(client)?.replica();
}

/** Makes a proxy that stands for a client, such as the lazy singleton, one of our clients too. */
export function standFor(proxy: object, packageName: string, client: () => object): void {
  clients.set(proxy, {
    packageName,
    adapter: () => adapterOf(client()),
    replica: () => replicaOf(client()),
  });
}

/** Whether a client speaks through a pooler in transaction mode. */
export function usesPooler(client: object): boolean {
  return adapterOf(client)?.settings().servers.pooler ?? false;
}

/** The pool that a client's queries run on. */
export function poolOf(client: object): ServicePool | undefined {
  return adapterOf(client)?.pool();
}

/** Who wants to hear of a client's hand-written statements; nothing where nobody does. */
export function listenersOf(client: object): QueryListener[] | undefined {
  const adapter = adapterOf(client);
  return adapter && queryListeners.get(adapter);
}

/** As the variable of the database itself, with a word more. */
function replicaVariable({ service }: DatabaseDefinition): string {
  return `${service.toUpperCase()}_REPLICA_DATABASE_URL`;
}

/** A replica that is promoted, or a URL that names the primary, is read all the same. */
function preferStandby(url: string): string {
  if (/[?&]target_session_attrs=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}target_session_attrs=prefer-standby`;
}

function emitsQueries({ log = [] }: AnyClientOptions): boolean {
  return log.some((each) => typeof each === 'object' && each.emit === 'event' && each.level === 'query');
}

function mergeOmit(secret: OmittedFields, chosen: OmittedFields = {}): OmittedFields {
  const models = new Set([...Object.keys(secret), ...Object.keys(chosen)]);
  return Object.fromEntries([...models].map((model) => [model, { ...secret[model], ...chosen[model] }]));
}
