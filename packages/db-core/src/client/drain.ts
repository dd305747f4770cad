import { setTimeout as wait } from 'node:timers/promises';
import { UnknownClientError } from '../errors/connection-errors.js';
import { adapterOf, isOurs, replicaOf } from './client-class.js';
import type { ConnectableClient } from './health.js';

export interface DrainOptions {
  /** How long running queries and transactions are waited for. Default 10000. */
  readonly timeoutMs?: number;
}

export interface Drained {
  /** Queries and transactions that were not done in time. PostgreSQL rolls them back. 0: nothing was lost. */
  readonly cut: number;
}

/**
 * Waits until no query and no transaction runs, then disconnects for good: Prisma's `$disconnect()` cuts running
 * transactions, and the next query would connect again. Queries are served until there is a moment without any, because
 * a request that is being answered sends several. So stop first what brings work: the server, consumers, timers.
 *
 * @throws {UnknownClientError} for a client that no package of ours has made.
 */
export async function drain(
  client: ConnectableClient,
  { timeoutMs = 10_000 }: DrainOptions = {},
): Promise<Drained> {
  // It could not see what runs, would cut it, and call nothing lost.
  if (!isOurs(client)) throw new UnknownClientError();
  const replica = replicaOf(client);
  const adapters = [adapterOf(client), replica && adapterOf(replica)].filter((each) => each !== undefined);
  const deadline = performance.now() + timeoutMs;
  let looksWithoutWork = 0;
  while (adapters.length > 0 && looksWithoutWork < LOOKS && performance.now() < deadline) {
    await wait(LOOK_EVERY_MS);
    looksWithoutWork = adapters.every((each) => each.atWork() === 0) ? looksWithoutWork + 1 : 0;
  }
  const cut = adapters.reduce((sum, each) => sum + each.shut(), 0);
  const disconnected = Promise.resolve(client.$disconnect());
  if (cut === 0) await disconnected;
  // Prisma says goodbye on the connections that were cut, and may wait for an answer for ever.
  else disconnected.catch(() => undefined);
  return { cut };
}

/** Between two queries of one request a connection is free for a moment. */
const LOOKS = 3;
const LOOK_EVERY_MS = 20;
