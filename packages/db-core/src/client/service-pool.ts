import { DatabaseError, Pool, type PoolClient } from 'pg';

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: Release) => void;
type Release = (error?: Error | boolean) => void;

/**
 * pg's pool closes the connection of every query that fails, also where a rule has refused a row: each sign-up with a
 * taken address would cost the server a new process and all statements a new plan. Here a connection is closed only
 * where the failure may have left it unusable.
 */
export class ServicePool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | undefined {
    // Whoever asks for a connection without a callback says by `release` what became of it.
    if (connected === undefined) return super.connect();
    super.connect((error, client, done) => {
      if (client !== undefined) {
        const release: Release = client.release;
        client.release = (failure) => release(wasRefused(failure) ? undefined : failure);
      }
      connected(error, client, done);
    });
    return undefined;
  }
}

/** The server has answered and waits for the next statement. After FATAL it has hung up. */
function wasRefused(failure: Error | boolean | undefined): boolean {
  return failure instanceof DatabaseError && failure.severity === 'ERROR';
}
