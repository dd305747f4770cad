import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface PersonalRows {
  readonly table: string;
  readonly where?: string;
  readonly onErasure: 'delete' | 'cascade' | 'keep' | Readonly<Record<string, string>>;
  readonly keeps?: Readonly<Record<string, readonly string[]>>;
  readonly exported?: boolean;
}

interface Report {
  readonly requestId: string;
  readonly tables: Readonly<Record<string, number>>;
}

interface Options {
  readonly batch?: number;
  readonly waitMs?: number;
  readonly onProgress?: () => void;
}

export interface DescribeErasureOptions {
  /** A seeded database, whose client has the rights of the owner. */
  readonly ownerUrl: () => string;
  readonly personalData: {
    readonly rows: readonly PersonalRows[];
    readonly impersonal: Readonly<Record<string, string>>;
  };
  readonly secretColumns: readonly string[];
  readonly eraseUser: (request: { userId: string; requestId: string }, options?: Options) => Promise<Report>;
  readonly exportUser: (userId: string, write: (part: string) => void) => Promise<void>;
  /** Column of the table whose rows decide which people are erased: those with the most of them. */
  readonly people: { readonly table: string; readonly column: string };
  /** A query with `$1`, the user's id, for texts that must be nowhere afterwards. */
  readonly needles?: string;
  /** What stays the same, such as sums of money. */
  readonly unchanged?: string;
  /** SQL before a person can be erased; `$1` is the user's id. */
  readonly prepare?: string;
  /** Tables with the event that tells the others of the end: they contain the id, and nothing else of the person, until all know. */
  readonly told?: readonly string[];
  /** An insert about a person, by SQL; `$1` is the user's id. */
  readonly insert: string;
}

const REQUEST = '01900000-0000-7000-8000-00000000e1a5';

/** What every package promises about the erasure and the export of a person, on its seeded database. */
export function describeErasure(options: DescribeErasureOptions): void {
  const { personalData, secretColumns, eraseUser, exportUser } = options;
  let client: Client;
  let people: string[];

  beforeAll(async () => {
    client = new Client({ connectionString: options.ownerUrl() });
    await client.connect();
    const { table, column } = options.people;
    people = (
      await rows<{ id: string }>(
        `SELECT ${column}::text AS id FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 4`,
      )
    ).map(({ id }) => id);
    if (options.prepare !== undefined) for (const id of people) await client.query(options.prepare, [id]);
  });
  afterAll(() => client?.end());

  const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>(sql, values)).rows;
  const person = (index: number): string => people[index] ?? expect.fail('the seed has too few people');
  const found = async (userId: string): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { table, where = 'user_id = $1', onErasure } of personalData.rows) {
      if (onErasure === 'cascade' || onErasure === 'keep') continue;
      const [row] = await rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`, [
        userId,
      ]);
      if (row?.n) counts[table] = (counts[table] ?? 0) + row.n;
    }
    return counts;
  };
  /** Tables, whatever their schema, in which a text occurs in any column, in the order of their names. */
  const tablesWith = async (text: string): Promise<string[]> => {
    const hits: string[] = [];
    for (const { name } of await allTables(client)) {
      const hit = await rows(`SELECT FROM ${name} t WHERE strpos(t::text, $1) > 0 LIMIT 1`, [text]);
      if (hit.length > 0) hits.push(name);
    }
    return hits.sort();
  };

  describe('the list of personal data', () => {
    it('names every table of the database', async () => {
      const tables = (await allTables(client))
        .filter(({ schema }) => schema === 'public')
        .map(({ name }) => name);
      const listed = [
        ...personalData.rows.map(({ table }) => table),
        ...Object.keys(personalData.impersonal),
      ];

      expect([...new Set(listed)].sort()).toEqual(tables.sort());
    });

    it('says of every column of a row that is kept what becomes of it', async () => {
      for (const { table, onErasure, keeps = {} } of personalData.rows) {
        if (onErasure === 'delete' || onErasure === 'cascade') continue;
        if (personalData.rows.some((other) => other.table === table && other.onErasure === 'delete'))
          continue;
        if (Object.keys(keeps).length === 0 && ownerIsDeleted(table)) continue;
        const columns = await rows<{ name: string }>(
          'SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped',
          [table],
        );
        const listed = [
          ...Object.keys(onErasure === 'keep' ? {} : onErasure),
          ...Object.values(keeps).flat(),
        ];

        expect([table, listed.sort()]).toEqual([table, columns.map(({ name }) => name).sort()]);
      }
    });

    it('says "cascade" where a foreign key deletes the row', async () => {
      const cascading = await rows<{ name: string }>(
        `SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c'`,
      );
      const names = cascading.map(({ name }) => name);

      for (const { table, onErasure } of personalData.rows)
        if (onErasure === 'cascade') expect(names).toContain(table);
    });
  });

  it('the export is JSON with all rows of the person, and no secret', async () => {
    const parts: string[] = [];
    await exportUser(person(0), (part) => parts.push(part));
    const exported = JSON.parse(parts.join('')) as { userId: string; tables: Record<string, object[]> };

    expect(exported.userId).toBe(person(0));
    for (const { table, where = 'user_id = $1', exported: wanted } of personalData.rows) {
      if (wanted === false) continue;
      const [row] = await rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE ${where}`, [
        person(0),
      ]);
      expect([table, exported.tables[table]?.length]).toEqual([table, row?.n]);
      const secret = secretColumns
        .filter((name) => name.startsWith(`${table}.`))
        .map((name) => name.split('.')[1]);
      for (const exportedRow of exported.tables[table] ?? [])
        for (const name of secret) expect(exportedRow).not.toHaveProperty(name ?? '');
    }
  });

  it('an erasure leaves nothing of the person anywhere, and its repetition reports the same', async () => {
    const before = await found(person(0));
    const needles = [
      person(0),
      ...(options.needles === undefined
        ? []
        : (await rows<{ text: string }>(options.needles, [person(0)])).map(({ text }) => text)),
    ];
    const unchanged = options.unchanged === undefined ? [] : await rows(options.unchanged);

    for (const needle of needles)
      expect([needle, (await tablesWith(needle)).length > 0]).toEqual([needle, true]);
    const report = await eraseUser({ userId: person(0), requestId: REQUEST }, { batch: 7 });

    expect(report.tables).toEqual(before);
    expect(report.requestId).toBe(REQUEST);
    for (const needle of needles.slice(1)) expect([needle, await tablesWith(needle)]).toEqual([needle, []]);
    expect(await tablesWith(person(0))).toEqual(options.told ?? []);
    if (options.unchanged !== undefined) expect(await rows(options.unchanged)).toEqual(unchanged);
    expect(await eraseUser({ userId: person(0), requestId: REQUEST })).toEqual(report);
  });

  it('nothing is written about an erased person', async () => {
    await expect(client.query(options.insert, [person(0)])).rejects.toMatchObject({
      constraint: expect.stringMatching(/_erased_user_rule$/),
    });
  });

  it('an erasure that was interrupted continues, and reports every row once', async () => {
    const before = await found(person(1));
    let statements = 0;
    const interrupted = eraseUser(
      { userId: person(1), requestId: REQUEST },
      {
        batch: 1,
        onProgress: () => {
          statements += 1;
          if (statements === 2) throw new Error('killed');
        },
      },
    );
    await interrupted.catch((error: unknown) => expect(error).toMatchObject({ message: 'killed' }));
    const report = await eraseUser({ userId: person(1), requestId: REQUEST });

    expect(report.tables).toEqual(before);
    expect(await tablesWith(person(1))).toEqual(options.told ?? []);
  });

  it('an open transaction that may still write is waited for', async () => {
    const writer = new Client({ connectionString: options.ownerUrl() });
    await writer.connect();
    try {
      await writer.query('BEGIN');
      await writer.query('SELECT pg_current_xact_id()');
      const request = { userId: person(2), requestId: REQUEST };

      await expect(eraseUser(request, { waitMs: 0 })).rejects.toMatchObject({ code: 'ERASURE_WAITS' });
      await writer.query('COMMIT');
      await eraseUser(request);
    } finally {
      await writer.end();
    }
    expect(await tablesWith(person(2))).toEqual(options.told ?? []);
  });

  it('a wrong id, and a batch that is none, are refused by name', async () => {
    const wrong = eraseUser({ userId: 'ada', requestId: REQUEST });
    await expect(wrong).rejects.toMatchObject({ code: 'ID_INVALID' });
    const request = { userId: person(3), requestId: REQUEST };
    for (const batch of [0, 1.5, 10_001])
      await expect(eraseUser(request, { batch })).rejects.toMatchObject({ code: 'BATCH_INVALID' });
  });

  function ownerIsDeleted(table: string): boolean {
    return personalData.rows.some((other) => other.table === table && other.onErasure === 'cascade');
  }
}

async function allTables(client: Client): Promise<{ name: string; schema: string }[]> {
  const { rows } = await client.query<{ name: string; schema: string }>(
    `SELECT c.oid::regclass::text AS name, n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('public', 'backfills', 'rules')
        AND c.relname <> '_prisma_migrations' AND n.nspname <> 'rules'`,
  );
  return rows;
}
