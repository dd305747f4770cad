import { createClient, healthCheck, type PrismaClient } from '../../src/index.js';

const SLOW_MS = 200;

/** A client that tells of slow statements: the SQL with its placeholders, never a value. */
export function watchedClient(url: string, tell: (statement: string, milliseconds: number) => void) {
  const client = createClient({ url, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query, duration }) => {
    if (duration >= SLOW_MS) tell(query, duration);
  });
  return client;
}

/** For a metrics page. Never rejects. */
export async function gauges(client: PrismaClient) {
  const { healthy, latencyMs, pool } = await healthCheck(client);
  return { healthy, latencyMs, ...pool }; // total, idle, waiting
}
