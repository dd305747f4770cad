import type { Source } from './opened-source.js';
import type { Facts } from './step.js';

/**
 * Of live accounts whose addresses are one but for upper case, one goes over: with a proven address before one without, then
 * the one that logged in last, then the older one. The same rule for user names, whose losers go over without one.
 */
export async function readFacts(source: Source): Promise<Facts> {
  const columns = source.tables.get('auth.users') ?? new Set<string>();
  const names = ['username', 'userName'].filter((name) => columns.has(name)).map((name) => `"${name}"`);
  const username = names.length === 0 ? 'NULL' : `coalesce(${names.join(', ')})`;
  const [emailLosers, usernameLosers] = [
    await losers(source, `lower(btrim("email"))`, columns),
    await losers(source, `lower(${username})`, columns),
  ];
  return { emailLosers, usernameLosers };
}

async function losers(source: Source, spelling: string, columns: ReadonlySet<string>): Promise<Set<string>> {
  const rank = [
    '"emailVerified" DESC',
    ...(columns.has('lastLoginAt') ? ['"lastLoginAt" DESC NULLS LAST'] : []),
    '"createdAt"',
    '"id"',
  ];
  const { rows } = await source.client.query<{ id: string }>(
    `SELECT id FROM (
       SELECT "id", row_number() OVER (PARTITION BY ${spelling} ORDER BY ${rank.join(', ')}) AS place
       FROM "auth.users" WHERE "deletedAt" IS NULL AND ${spelling} IN (
         SELECT ${spelling} FROM "auth.users" WHERE "deletedAt" IS NULL GROUP BY 1 HAVING count(*) > 1)
     ) AS ranked WHERE place > 1`,
  );
  return new Set(rows.map(({ id }) => id));
}
