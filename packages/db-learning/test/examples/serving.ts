import type { Server } from 'node:http';
import { connect, drain, prisma, readinessCheck } from '../../src/index.js';

/** Fails early: Prisma's own `$connect()` resolves on a dead server. */
export async function start(server: Server, port: number): Promise<void> {
  await connect();
  await new Promise<void>((listening) => server.listen(port, listening));
}

/** For the probe: 503 until the database answers and has the newest migration of this version. */
export async function readiness() {
  const { ready, ...details } = await readinessCheck(); // migration, latencyMs, pool, problem …
  return { status: ready ? 200 : 503, details };
}

/** On SIGTERM: first no new requests, then no running transaction, then no connection. */
export async function stop(server: Server): Promise<number> {
  await new Promise((closed) => server.close(closed));
  const { cut } = await drain(prisma, { timeoutMs: 10_000 });
  return cut; // how many transactions were not done in time; PostgreSQL rolls them back
}
