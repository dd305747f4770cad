import { connectionSettings } from '../client/connection-settings.js';
import { reasonOf } from '../client/health.js';
import { openSession } from '../client/session.js';
import { bytesOfWal, SERVER_ROLE, type ServerRole, WAL_POSITION } from '../connection-url/target-session.js';

/** A replica as seen beside its primary. */
export type ReplicaState =
  | { readonly standby: boolean; readonly paused: boolean; readonly behindBytes: number }
  | { readonly problem: string };

interface Answer extends ServerRole {
  readonly at: string | null;
  readonly paused: boolean;
}

/** @param primaryAt where the primary's log stood before. */
export async function replicaState(
  url: string,
  applicationName: string,
  primaryAt: string | null,
): Promise<ReplicaState> {
  try {
    const client = await openSession(connectionSettings(url, applicationName).pool);
    try {
      const { rows } = await client.query<Answer>(
        `SELECT ${WAL_POSITION} AS "at", ${SERVER_ROLE},
                CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END AS "paused"`,
      );
      const { standby, paused, at } = rows[0] as Answer;
      const behind = primaryAt === null || at === null ? 0n : bytesOfWal(primaryAt) - bytesOfWal(at);
      return { standby, paused, behindBytes: Math.max(0, Number(behind)) };
    } finally {
      await client.end();
    }
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}
