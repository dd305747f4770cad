import type { TestDatabase } from './database.js';

/** Lets time pass for rows. No role may write that: a trace would expire earlier than it was to. */
export async function letPass(
  database: Pick<TestDatabase, 'owner'>,
  table: 'sessions' | 'password_resets' | 'email_changes' | 'passkey_challenges',
  seconds: number,
  { column, value }: { column: 'id' | 'user_id'; value: string },
): Promise<void> {
  const columns = ['created_at', 'expires_at', ...(table === 'email_changes' ? ['undo_expires_at'] : [])];
  const earlier = columns.map((each) => `${each} = ${each} - make_interval(secs => $1::float8)`);
  const { client } = database.owner;
  await client.$transaction([
    client.$executeRawUnsafe('SET LOCAL session_replication_role = replica'),
    client.$executeRawUnsafe(
      `UPDATE ${table} SET ${earlier.join(', ')} WHERE ${column} = $2::uuid`,
      seconds,
      value,
    ),
  ]);
}
