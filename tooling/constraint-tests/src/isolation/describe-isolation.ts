import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';

/** The levels that `transaction()` of each package offers. */
export const LEVELS = ['ReadCommitted', 'RepeatableRead', 'Serializable'] as const;

export type Level = (typeof LEVELS)[number];

interface QueryingClient {
  $queryRawUnsafe(query: string): PromiseLike<unknown>;
}

/**
 * A function of a package, and what another session does to the same rows. Whatever the two do to each other, it must be
 * as if one of them had come after the other.
 */
export interface IsolationCase<Client, Given> {
  /** Rows of its own, made anew for each run. */
  given(client: Client): Promise<Given>;
  act(client: Client, given: Given): Promise<unknown>;
  /** What would make a snapshot of an earlier moment wrong; the function itself where it competes with itself. */
  rival(client: Client, given: NoInfer<Given>): Promise<unknown>;
  /** What is stored in the end, without ids and times, which differ from run to run. */
  state(client: Client, given: NoInfer<Given>): Promise<unknown>;
}

/** Keeps the type of what is given together. */
export function isolationCase<Client, Given>(
  definition: IsolationCase<Client, Given>,
): IsolationCase<Client, unknown> {
  return definition as IsolationCase<Client, unknown>;
}

export interface DescribeIsolationOptions<Client> {
  /** Called when the tests run. It has connections for two transactions and what they do. */
  client: () => Client;
  /** The package's own: what ends in a class that it tries again is tried again. */
  transaction(
    client: Client,
    work: (transaction: Client) => Promise<unknown>,
    options: { isolationLevel: Level },
  ): Promise<unknown>;
  /** By the names of the functions; `tooling/checks` compares them with what the package exports. */
  cases: Readonly<Record<string, IsolationCase<Client, unknown>>>;
}

/** What became of a run: of both calls `done` or the code that refused them, and what was stored. */
interface Outcome {
  readonly act: string;
  readonly rival: string;
  readonly state: unknown;
}

/**
 * Each function at each isolation level: alone, in a transaction whose snapshot is older than what a READ COMMITTED session
 * has committed since, and with both of them at that level and with snapshots of one moment. No error of the server
 * reaches the caller, and the outcome is that of one call after the other.
 */
export function describeIsolation<Client extends QueryingClient>({
  client,
  transaction,
  cases,
}: DescribeIsolationOptions<Client>): void {
  describe('isolation levels', () => {
    describe.each(Object.keys(cases))('%s', (name) => {
      const { given, act, rival, state } = cases[name] as IsolationCase<Client, unknown>;

      const inTurn = async (order: 'act first' | 'rival first'): Promise<Outcome> => {
        const rows = await given(client());
        const early = order === 'act first' ? await ending(act(client(), rows)) : '';
        const rivals = await ending(rival(client(), rows));
        const acts = early || (await ending(act(client(), rows)));
        return { act: acts, rival: rivals, state: await state(client(), rows) };
      };
      let serial: Promise<Outcome[]> | undefined;
      const expectSerial = async (outcome: Outcome) => {
        serial ??= (async () => [await inTurn('act first'), await inTurn('rival first')])();
        const orders = await serial;
        const agrees = orders.some((order) => isDeepStrictEqual(order, outcome));
        if (!agrees) expect(outcome).toEqual(orders[1]);
      };

      test.each(LEVELS)('%s: alone it does what it does by itself', async (isolationLevel) => {
        const [own, open] = [await given(client()), await given(client())];

        const byItself = await ending(act(client(), own));
        const inside = await ending(transaction(client(), (inner) => act(inner, open), { isolationLevel }));

        expect(inside).toBe(byItself);
        expect(await state(client(), open)).toEqual(await state(client(), own));
      });

      test.each(LEVELS)(
        '%s: what a READ COMMITTED session has committed since counts',
        async (isolationLevel) => {
          const rows = await given(client());
          let rivals: string | undefined;
          const acts = transaction(
            client(),
            async (inner) => {
              await takeSnapshot(inner);
              rivals ??= await ending(rival(client(), rows));
              return act(inner, rows);
            },
            { isolationLevel },
          );

          const ended = await ending(acts);

          await expectSerial({ act: ended, rival: rivals ?? '', state: await state(client(), rows) });
        },
      );

      test.each(LEVELS)('%s: both at this level, from one moment on', async (isolationLevel) => {
        const rows = await given(client());
        const meet = meeting(2);
        const at = (work: IsolationCase<Client, unknown>['act']) =>
          ending(
            transaction(
              client(),
              async (inner) => {
                await takeSnapshot(inner);
                await meet();
                return work(inner, rows);
              },
              { isolationLevel },
            ),
          );

        const [acts, rivals] = await Promise.all([at(act), at(rival)]);

        await expectSerial({ act: acts, rival: rivals, state: await state(client(), rows) });
      });
    });
  });
}

/** Above READ COMMITTED the first statement decides what a transaction sees. */
async function takeSnapshot(client: QueryingClient): Promise<void> {
  await client.$queryRawUnsafe('SELECT 1');
}

/** Typed codes are words; one of the server's, or of Prisma's, is a failure of the test that says which. */
async function ending(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => {
      const { code } = error as { code?: unknown };
      if (typeof code === 'string' && /^[A-Z]+(_[A-Z]+)+$/.test(code)) return code;
      throw error;
    },
  );
}

/** Lets all go on once so many have come; a later try is not held up. */
function meeting(count: number): () => Promise<void> {
  let come = 0;
  let open = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    come += 1;
    if (come >= count) open();
    return all;
  };
}
