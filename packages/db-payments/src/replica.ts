import { walPosition as positionOf, type ReplicaOptions, readFromReplica as read } from '@codezest/db-core';
import type { Client } from './client.js';

export type { ReplicaFallback, ReplicaOptions } from '@codezest/db-core';

/**
 * Runs `work` on the replica that the client's `replicaUrl` names, and on the client itself where there is none, where it is
 * further behind than the options allow, or where it fails. `work` only reads, and may run twice.
 *
 * @throws ReplicaReadOnlyError when `work` writes; InvalidWalPositionError or InvalidValueError for options that are none.
 */
export async function readFromReplica<Result>(
  client: Client,
  work: (replica: Client) => PromiseLike<Result>,
  options?: ReplicaOptions,
): Promise<Result> {
  return read(client, work, options);
}

/**
 * Where the database's log stands after what the caller has committed. `readFromReplica` with it as `notBefore` sees all of that.
 *
 * @throws OpenTransactionError within a transaction, whose commit comes later.
 */
export async function walPosition(client: Client): Promise<string> {
  return positionOf(client);
}
