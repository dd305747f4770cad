import { CodezestDbError } from '@codezest/db-core';
import type { ActivityMongo } from './client.js';

export interface MongoHealth {
  readonly healthy: boolean;
  /** Milliseconds that the check took. */
  readonly latencyMs: number;
  /** What is wrong, without URL, user or values. */
  readonly problem?: string;
}

/** How MongoDB is, within `timeoutMs` (1000). Never rejects. The service works without it: report it, don't fail on it. */
export async function mongoHealth(
  mongo: ActivityMongo,
  { timeoutMs = 1_000 }: { timeoutMs?: number } = {},
): Promise<MongoHealth> {
  const started = performance.now();
  const latency = (): number => Math.round(performance.now() - started);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new CodezestDbError('HEALTH_TIMEOUT', `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    await Promise.race([mongo.database().then((database) => database.command({ ping: 1 })), late]);
    return { healthy: true, latencyMs: latency() };
  } catch (error) {
    const problem = error instanceof CodezestDbError ? error.message : 'MongoDB does not answer';
    return { healthy: false, latencyMs: latency(), problem };
  } finally {
    clearTimeout(timer);
  }
}
