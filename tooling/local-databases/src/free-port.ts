import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Loopback alone: a development or test server is nobody else's business. A number, so that it is never `::1`. */
export const LOOPBACK = '127.0.0.1';

/**
 * A port that the system had free a moment ago. Somebody may take it before the server binds it, so whoever uses one
 * tries again with another.
 */
export function freePort(): Promise<number> {
  return bindOnce(0);
}

/**
 * A free port for a server that keeps it. Below the range from which systems take ports for outgoing connections, so
 * that it is still free next week.
 */
export async function unusedServerPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if (await isPortFree(port)) return port;
  }
}

export async function isPortFree(port: number): Promise<boolean> {
  try {
    await bindOnce(port);
    return true;
  } catch {
    return false;
  }
}

function bindOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
