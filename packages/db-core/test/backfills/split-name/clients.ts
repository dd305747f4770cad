import type { Scratch } from '../../migrations/scratch.js';

export interface Name {
  given: string;
  family: string;
}

/** What a release does with a person's name. */
export interface Client {
  write(id: number, name: Name): Promise<void>;
  read(id: number): Promise<Name | undefined>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function split(fullName: string): Name {
  const [given = '', ...family] = fullName.split(' ');
  return { given, family: family.join(' ') };
}

/** The three releases in whose time a column is split, as far as they touch the table. */
export function clients(
  database: Pick<Scratch, 'query'>,
): Record<'release 1' | 'release 2' | 'release 3', Client> {
  const write = async (columns: string, values: string[]): Promise<void> => {
    await database.query(`INSERT INTO people (${columns}) VALUES (${values.join(', ')})`);
  };
  return {
    'release 1': {
      write: (id, { given, family }) => write('id, full_name', [`${id}`, quoted(`${given} ${family}`)]),
      read: async (id) => {
        const [row] = await database.query<{ full_name: string }>(
          `SELECT full_name FROM people WHERE id = ${id}`,
        );
        return row && split(row.full_name);
      },
    },
    // Writes both, reads the new form and falls back on the old one until the backfill is through.
    'release 2': {
      write: (id, { given, family }) =>
        write('id, full_name, given_name, family_name', [
          `${id}`,
          quoted(`${given} ${family}`),
          quoted(given),
          quoted(family),
        ]),
      read: async (id) => {
        const [row] = await database.query<{
          full_name: string;
          given: string | null;
          family: string | null;
        }>(`SELECT full_name, given_name AS given, family_name AS family FROM people WHERE id = ${id}`);
        if (!row) return undefined;
        return row.given === null ? split(row.full_name) : { given: row.given, family: row.family ?? '' };
      },
    },
    'release 3': {
      write: (id, { given, family }) =>
        write('id, given_name, family_name', [`${id}`, quoted(given), quoted(family)]),
      read: async (id) => {
        const [row] = await database.query<Name>(
          `SELECT given_name AS given, family_name AS family FROM people WHERE id = ${id}`,
        );
        return row;
      },
    },
  };
}
