import type { Pool } from 'pg';

/** How changes of accounts get from one database into another. */
export interface Way {
  /** Registers so many people in one transaction, and says so in it; the first name is the moment. */
  tell(producer: Pool, people: number): Promise<void>;
  /** Brings and applies, until the signal says so. One process does both. */
  run(signal: AbortSignal): Promise<void>;
  end(): Promise<void>;
}

/** `$1` people. */
export const insertPeople = `INSERT INTO users (id, email, password, first_name, last_name, updated_at)
  SELECT gen_random_uuid(), 'user-' || gen_random_uuid() || '@example.com',
    '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU', now()::text, 'Okafor', now()
  FROM generate_series(1, $1::int) RETURNING id, email, first_name AS "firstName", last_name AS "lastName"`;
