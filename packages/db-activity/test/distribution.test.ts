import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/**
 * What stands in the way of distributing the tables by user_id (docs/scaling.md), and why it is still there. Each line names the place
 * and the construct. What is mended must leave this list, and what is new needs a reason.
 */
const remaining: Readonly<Record<string, string>> = {
  // Keys. Each needs user_id before `create_distributed_table`, which changes what Prisma's models are found by.
  'user_activities_pkey: key without user_id':
    'the id alone makes an event the same; changes with the step of the keys',
  'analytics_events_pkey: key without user_id': 'as user_activities',
  'user_engagements_pkey: key without user_id': 'a model of Prisma has its id; user_id is unique beside it',
  'points_entries_pkey: key without user_id': 'the reversal refers to it',
  'points_entries_source_event_id_key: key without user_id': 'one event gives points once, whoever it names',
  'points_entries_reverses_id_key: key without user_id': 'an entry is taken back once',
  'points_entries_reverses_id_fkey: reference without user_id': 'changes with the key that it refers to',
  'analytics_events: user_id may be null': 'visitors have no account',
  // Functions that `create_distributed_table` would drop.
  'rules.award_points: returns the row type of user_engagements': 'read by the columns of Prisma’s model',
  'rules.freeze_day: returns the row type of user_engagements': 'read by the columns of Prisma’s model',
  // Statements.
  'src/event-kinds.ts: ROWS FROM … WITH ORDINALITY':
    'outcomes come back in the order of the batch; refused by SPQR, not by Citus',
  'src/activity-counts.ts: INSERT … AS alias': 'activity_counts stays on the coordinator',
  'src/leaderboards.ts: INSERT … AS alias':
    'the sum of points is raised by name; refused by SPQR, not by Citus',
  'rules.count_steps: INSERT … AS alias': 'leaderboard_steps stays on the coordinator',
  'rules.count_activities: INSERT … AS alias': 'activity_counts stays on the coordinator',
  'rules.award_points: INSERT … AS alias':
    'the sum of points is raised by name; refused by SPQR, not by Citus',
  'rules.mark_day: INSERT … AS alias': 'the later of two moments is kept; refused by SPQR, not by Citus',
  'rules.copies_among: EXISTS (SELECT FROM …)':
    'a rule that the packages with copies of accounts share, and changes with it',
  'rules.refuse_erased_users: EXISTS (SELECT FROM …)':
    'asks the rows of the statement, on the worker that runs the trigger',
};

/** Constructs of statements, as they were refused by Citus 14.0.1 or by the parser of SPQR. */
const constructs: Readonly<Record<string, RegExp>> = {
  'volatile function in DO UPDATE SET':
    /\bDO UPDATE SET\b(?:(?!RETURNING|;|`)[\s\S])*?\b(?:now|clock_timestamp|statement_timestamp|random|gen_random_uuid|uuidv7)\(/i,
  'EXISTS (SELECT FROM …)': /\bEXISTS\s*\(\s*SELECT\s+FROM\b/i,
  'ROWS FROM … WITH ORDINALITY': /\bROWS FROM\b[\s\S]*?\bWITH ORDINALITY\b/i,
  'INSERT … AS alias': /\bINSERT INTO\s+[\w".$%{}]+\s+AS\s+\w/i,
  'SET of several columns': /\bSET\s*\([^)]*,[^)]*\)\s*=/i,
};

it('lists what stands in the way of distribution by user, and nothing that does not', async () => {
  const found = [
    ...(await keysWithoutUser()),
    ...(await nullableUsers()),
    ...(await rowTypeFunctions()),
    ...sourceStatements().flatMap(({ place, text }) => constructsIn(place, text)),
    ...(await functionBodies()).flatMap(({ place, text }) => constructsIn(place, text)),
  ];

  expect(found.sort()).toEqual(Object.keys(remaining).sort());
});

it.each([
  [
    'volatile function in DO UPDATE SET',
    'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2, updated_at = now()',
  ],
  ['EXISTS (SELECT FROM …)', 'SELECT EXISTS (SELECT FROM t)'],
  ['ROWS FROM … WITH ORDINALITY', 'SELECT * FROM ROWS FROM (f() AS (a int)) WITH ORDINALITY'],
  ['INSERT … AS alias', 'INSERT INTO t AS other (a) VALUES (1)'],
  ['SET of several columns', 'UPDATE t SET (a, b) = (1, 2)'],
])('knows a %s', (construct, statement) => {
  expect(constructsIn('here', statement)).toEqual([`here: ${construct}`]);
});

it('takes no value of the row that was proposed for a volatile function', () => {
  const statement =
    'INSERT INTO t (a, updated_at) VALUES (1, now()) ON CONFLICT (a) DO UPDATE SET updated_at = excluded.updated_at';

  expect(constructsIn('here', statement)).toEqual([]);
});

function constructsIn(place: string, text: string): string[] {
  return Object.entries(constructs).flatMap(([construct, pattern]) =>
    pattern.test(text) ? [`${place}: ${construct}`] : [],
  );
}

/** The files with statements. Those of the seed run on an empty database, those of MongoDB on another one. */
function sourceStatements(): { place: string; text: string }[] {
  const folder = join(__dirname, '../src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(?:seed|mongo)/.test(file))
    .map((file) => ({ place: `src/${file}`, text: readFileSync(join(folder, file), 'utf8') }));
}

/** Their statements are planned like any other: on the coordinator, unless the function is distributed itself. */
async function functionBodies(): Promise<{ place: string; text: string }[]> {
  return database.owner.client.$queryRaw`
    SELECT p.pronamespace::regnamespace || '.' || p.proname AS place, pg_get_functiondef(p.oid) AS text FROM pg_proc p
    WHERE p.pronamespace IN ('rules'::regnamespace, 'partitions'::regnamespace) ORDER BY 1`;
}

/** Of the tables that have a user: partitions have the keys of their parents. */
async function keysWithoutUser(): Promise<string[]> {
  const rows = await database.owner.client.$queryRaw<{ found: string }[]>`
    WITH of_users AS (
      SELECT c.oid, a.attnum FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    )
    SELECT indexrelid::regclass || ': key without user_id' AS found FROM pg_index i JOIN of_users u ON u.oid = i.indrelid
    WHERE i.indisunique AND NOT u.attnum = ANY (i.indkey)
    UNION ALL
    SELECT conname || ': reference without user_id' FROM pg_constraint k JOIN of_users u ON u.oid = k.conrelid
    WHERE k.contype = 'f' AND NOT u.attnum = ANY (k.conkey)`;
  return rows.map(({ found }) => found);
}

async function nullableUsers(): Promise<string[]> {
  const rows = await database.owner.client.$queryRaw<{ found: string }[]>`
    SELECT c.relname || ': user_id may be null' AS found FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attnotnull
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`;
  return rows.map(({ found }) => found);
}

async function rowTypeFunctions(): Promise<string[]> {
  const rows = await database.owner.client.$queryRaw<{ found: string }[]>`
    SELECT p.pronamespace::regnamespace || '.' || p.proname || ': returns the row type of ' || c.relname AS found
    FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype JOIN pg_class c ON c.oid = t.typrelid
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`;
  return rows.map(({ found }) => found);
}
