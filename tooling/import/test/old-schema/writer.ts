import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export interface Writer {
  /** Ends it, and says how many transactions it made. */
  stop(): Promise<number>;
}

/** The services that go on: they rename people, log in, hand in, read, and log out, one transaction after the other. */
export function startWriter(url: string, pauseMs: number): Writer {
  const client = new Client({ connectionString: url, options: '-c TimeZone=UTC' });
  client.on('error', () => undefined);
  let isStopped = false;
  const done = (async () => {
    await client.connect();
    let count = 0;
    for (; !isStopped; count += 1) {
      await client.query(STATEMENTS[count % STATEMENTS.length] as string, [String(count)]);
      await sleep(pauseMs);
    }
    await client.end();
    return count;
  })();
  return {
    stop() {
      isStopped = true;
      return done;
    },
  };
}

/** A user that stands at a place which the number decides. */
const SOMEONE = `(SELECT id FROM "auth.users" WHERE id >= md5($1) AND "deletedAt" IS NULL ORDER BY id LIMIT 1)`;

const STATEMENTS = [
  `UPDATE "auth.users" SET "firstName" = 'Renamed' || $1, "updatedAt" = now() WHERE id = ${SOMEONE}`,
  `INSERT INTO "auth.sessions" ("id", "userId", "token", "expiresAt")
   SELECT gen_random_uuid(), id, 'new-' || $1, now() + interval '20 days' FROM ${SOMEONE} AS s(id) WHERE id IS NOT NULL`,
  `DELETE FROM "auth.sessions" WHERE id = (SELECT id FROM "auth.sessions" WHERE id >= md5($1) ORDER BY id LIMIT 1)`,
  `UPDATE "learning.assignment_submissions" SET status = 'FAILED', score = 1, "gradedAt" = now() WHERE id =
     (SELECT id FROM "learning.assignment_submissions" WHERE id >= md5($1) AND status = 'PENDING' ORDER BY id LIMIT 1)`,
  `UPDATE "notifications.notifications" SET "isRead" = true, "readAt" = now() WHERE id =
     (SELECT id FROM "notifications.notifications" WHERE id >= md5($1) AND NOT "isRead" ORDER BY id LIMIT 1)`,
  `INSERT INTO "activity.user_activities" ("id", "userId", "type", "description")
   SELECT gen_random_uuid(), id, 'QUIZ_COMPLETED', 'Quiz ' || $1 FROM ${SOMEONE} AS s(id) WHERE id IS NOT NULL`,
];
