import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

interface Client {
  $executeRawUnsafe(sql: string): PromiseLike<number>;
  $queryRawUnsafe(sql: string): PromiseLike<unknown>;
  $disconnect(): Promise<void>;
}

export interface CommonExamples<Any extends Client> {
  readonly urlVariable: string;
  /** The package's models; one without rows is enough. */
  readonly models: readonly string[];
  readonly createTestDatabase: () => Promise<{ url: string; client: Any; drop(): Promise<void> }>;
  readonly databaseErrors: {
    httpStatusOf(error: unknown): number;
    kindOf(error: unknown): string;
    loggable(error: unknown): object;
  };
  readonly migrating: {
    migrateFirst(url: string, tell: (event: { type: string }) => void): Promise<string[]>;
  };
  readonly replica: {
    positionOfWrite(client: Any): Promise<string>;
    readPage<Page>(client: Any, read: () => Promise<Page>, cookie?: string): Promise<Page>;
  };
  readonly serving: {
    start(server: Server, port: number): Promise<void>;
    readiness(): Promise<{ status: number; details: object }>;
    stop(server: Server): Promise<number>;
  };
  readonly watching: {
    watchedClient(url: string, tell: (statement: string, milliseconds: number) => void): Client;
    gauges(client: Any): Promise<object>;
  };
}

const DEAD = 'postgresql://someone:s3cret@127.0.0.1:1/nowhere';

/** The examples that all five READMEs show in the same words, each run on the package that shows it. */
export function describeCommonExamples<Any extends Client>(options: CommonExamples<Any>): void {
  const { databaseErrors, migrating, replica, serving, watching } = options;

  describe('the README’s common examples', () => {
    let database: { url: string; client: Any; drop(): Promise<void> };
    beforeAll(async () => {
      database = await options.createTestDatabase();
      vi.stubEnv(options.urlVariable, database.url);
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await database?.drop();
    });

    const failureOf = async (work: PromiseLike<unknown>): Promise<unknown> => {
      try {
        await work;
      } catch (error) {
        return error;
      }
      return expect.unreachable('nothing failed');
    };

    test('a program that migrates finds nothing to do, and is told why it may not', async () => {
      const stranger = new URL(database.url);
      stranger.username = 'nobody_of_this_name';
      const printed = vi.spyOn(console, 'error').mockReturnValue();

      expect(await migrating.migrateFirst(database.url, () => undefined)).toEqual([]);
      const refusal = await failureOf(migrating.migrateFirst(stranger.href, () => undefined));

      expect(refusal).toMatchObject({ code: 'DATABASE_UNREACHABLE', name: 'MigrationError' });
      printed.mockRestore();
    });

    test('a service starts, is ready, and stops', async () => {
      const server = createServer();

      await serving.start(server, 0);

      expect(server.listening).toBe(true);
      await expect.poll(() => serving.readiness()).toMatchObject({ status: 200 });
      expect(await serving.stop(server)).toBe(0);
      expect(server.listening).toBe(false);
      expect(await serving.readiness()).toMatchObject({ status: 503 });
    });

    test('a page is read whether there is a replica or not, and a cookie that is no position is refused', async () => {
      const page = async () => 'page';
      const cookie = await replica.positionOfWrite(database.client);

      expect(await replica.readPage(database.client, page, cookie)).toBe('page');
      expect(await failureOf(replica.readPage(database.client, page, 'forged'))).toMatchObject({
        code: 'WAL_POSITION_INVALID',
      });
    });

    test('slow statements are told without values, and the pool has figures', async () => {
      const told: string[] = [];
      const client = watching.watchedClient(database.url, (statement) => told.push(statement));

      await client.$queryRawUnsafe('SELECT 1');
      told.length = 0;
      await client.$queryRawUnsafe('SELECT pg_sleep(0.25)::text');

      expect(told).toEqual([expect.stringContaining('pg_sleep')]);
      await client.$disconnect();
      await expect
        .poll(() => watching.gauges(database.client))
        .toMatchObject({ healthy: true, total: expect.any(Number), waiting: 0 });
    });

    test.each([
      ['23505', 409, 'conflict'],
      ['23503', 409, 'conflict'],
      ['23514', 422, 'refused'],
      ['23502', 400, 'wrong'],
      ['22001', 400, 'wrong'],
      ['40001', 503, 'again'],
      ['57014', 503, 'again'],
      ['22012', 500, 'unknown'],
    ])('the database answers %s, the service %i', async (sqlState, status, kind) => {
      const sql = `DO $$ BEGIN RAISE EXCEPTION 'canary' USING ERRCODE = '${sqlState}', DETAIL = 'canary'; END $$`;

      const error = await failureOf(database.client.$executeRawUnsafe(sql));

      expect(databaseErrors.httpStatusOf(error)).toBe(status);
      expect(databaseErrors.kindOf(error)).toBe(kind);
      expect(databaseErrors.loggable(error)).toMatchObject({ sqlState });
      expect(JSON.stringify(databaseErrors.loggable(error))).not.toContain('canary');
    });

    test('a malformed id, a row that is not there and a server that is not there have a status', async () => {
      const malformed = await failureOf(database.client.$queryRawUnsafe(`SELECT 'no uuid'::uuid`));
      const dead = watching.watchedClient(DEAD, () => undefined);
      const unreachable = await failureOf(dead.$queryRawUnsafe('SELECT 1'));
      await dead.$disconnect();

      expect(databaseErrors.httpStatusOf(malformed)).toBe(400);
      expect(databaseErrors.httpStatusOf(await failureOf(missingRow()))).toBe(404);
      expect(databaseErrors.httpStatusOf(unreachable)).toBe(503);
    });

    /** Some tables have rows from their migrations. */
    async function missingRow(): Promise<void> {
      const delegates = database.client as unknown as Record<
        string,
        { findFirstOrThrow(): Promise<unknown> }
      >;
      for (const model of options.models) {
        await delegates[model.charAt(0).toLowerCase() + model.slice(1)]?.findFirstOrThrow();
      }
    }
  });
}
