import { isDeepStrictEqual } from 'node:util';
import type { SqlDriverAdapter, SqlQuery, SqlResultSet, Transaction } from '@prisma/driver-adapter-utils';
import { databaseErrorFacts } from '../errors/facts.js';
import { stalenessOf } from '../errors/staleness.js';
import { isReadTimeout, named } from './failure-names.js';
import type { Sessions } from './sessions.js';

type Statement = (transaction: Transaction) => Promise<unknown>;
interface Done {
  readonly statement: Statement;
  readonly answer: unknown;
}

/** Beyond this a transaction is not kept in mind to be repeated: what it has read would fill the memory. */
const MOST_ROWS = 1_000;

/**
 * An adapter whose transactions outlive a session that has become stale. The server has rolled back, so what the
 * transaction had done is done again on a new session; if every answer is what it was, the work that runs on it cannot
 * tell, and goes on. Otherwise it gets the error, and `transaction()` runs the whole work again.
 */
export function healingAdapter(adapter: SqlDriverAdapter, sessions: Sessions): SqlDriverAdapter {
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (level) => {
    const start = () => startTransaction(level);
    const first = await start().catch((error: unknown) => {
      if (stalenessOf(error) === undefined) throw named(error, sessions);
      return start();
    });
    return new HealingTransaction(first, start, sessions);
  };
  return adapter;
}

class HealingTransaction implements Transaction {
  readonly provider: Transaction['provider'];
  readonly adapterName: string;
  readonly options: Transaction['options'];
  readonly #start: () => Promise<Transaction>;
  readonly #sessions: Sessions;
  /** A statement of it got no answer: no other one will, and waiting for that would double the time. */
  #stuck = false;
  /** None while it is replaced. */
  #current: Transaction | undefined;
  #over = false;
  /** What was done so far; nothing when it is too much to be repeated. */
  #done: Done[] | undefined = [];
  #rows = 0;

  constructor(first: Transaction, start: () => Promise<Transaction>, sessions: Sessions) {
    this.#sessions = sessions;
    this.provider = first.provider;
    this.adapterName = first.adapterName;
    this.options = first.options;
    this.#current = first;
    this.#start = start;
  }

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#run((transaction) => transaction.queryRaw(query)) as Promise<SqlResultSet>;
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.#run((transaction) => transaction.executeRaw(query)) as Promise<number>;
  }

  async createSavepoint(name: string): Promise<void> {
    await this.#run(async (transaction) => transaction.createSavepoint?.(name));
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    await this.#run(async (transaction) => transaction.rollbackToSavepoint?.(name));
  }

  async releaseSavepoint(name: string): Promise<void> {
    await this.#run(async (transaction) => transaction.releaseSavepoint?.(name));
  }

  commit(): Promise<void> {
    return this.#end((transaction) => transaction.commit());
  }

  rollback(): Promise<void> {
    return this.#end((transaction) => transaction.rollback());
  }

  async #run(statement: Statement): Promise<unknown> {
    try {
      const result = await statement(this.#connected());
      this.#remember({ statement, answer: result });
      return result;
    } catch (error) {
      if (stalenessOf(error) !== undefined && (await this.#again())) return this.#run(statement);
      this.#remember({ statement, answer: refusal(error) });
      this.#stuck ||= isReadTimeout(error);
      throw named(error, this.#sessions);
    }
  }

  /** Whether a new transaction stands where the lost one stood. Once: a second time there is something else wrong. */
  async #again(): Promise<boolean> {
    const done = this.#done;
    if (done === undefined || this.#current === undefined) return false;
    this.#done = undefined;
    const lost = this.#current;
    this.#current = undefined;
    await lost.rollback();
    const next = await this.#start().catch(() => undefined);
    if (next === undefined) return false;
    if (this.#over) {
      await next.rollback();
      return false;
    }
    this.#current = next;
    for (const { statement, answer } of done) {
      const now = await statement(next).catch(refusal);
      if (!isDeepStrictEqual(now, answer)) return false;
    }
    return true;
  }

  #connected(): Transaction {
    if (this.#current === undefined || this.#stuck) throw new Error('Connection terminated');
    return this.#current;
  }

  #remember(done: Done): void {
    this.#rows += (done.answer as Partial<SqlResultSet> | undefined)?.rows?.length ?? 1;
    if (this.#rows > MOST_ROWS) this.#done = undefined;
    this.#done?.push(done);
  }

  async #end(how: (transaction: Transaction) => Promise<void>): Promise<void> {
    this.#over = true;
    this.#done = undefined;
    if (this.#current !== undefined) await how(this.#current);
  }
}

function refusal(error: unknown): unknown {
  return { refused: databaseErrorFacts(error).sqlState ?? error };
}
