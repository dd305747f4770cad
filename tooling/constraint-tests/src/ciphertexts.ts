import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A value as it stands in the database, and the package's own way to it. */
export interface StoredCiphertext {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
  /** Gives what was encrypted, or throws. */
  read(): Promise<unknown>;
}

export interface DescribeCiphertextsOptions<Database extends { url: string; drop(): Promise<void> }> {
  /** A migrated database, made and dropped here. */
  createDatabase: () => Promise<Database>;
  /** Stores two rows or more of every table that has encrypted columns. */
  store: (database: Database) => Promise<StoredCiphertext[]>;
}

/** A few would be an accident: swaps of all with all, and more bits than an envelope's fixed parts have. */
const FEWEST_FLIPS = 250;

/**
 * Whoever can write to the database, and has no key, can neither move an encrypted value nor change it: it is refused
 * when it is stored, or when it is read.
 */
export function describeCiphertexts<Database extends { url: string; drop(): Promise<void> }>({
  createDatabase,
  store,
}: DescribeCiphertextsOptions<Database>): void {
  describe('a ciphertext', () => {
    let database: Database;
    let client: Client;
    let places: (StoredCiphertext & { readonly envelope: string })[];

    beforeAll(async () => {
      database = await createDatabase();
      client = new Client({ connectionString: database.url });
      await client.connect();
      places = [];
      for (const place of await store(database)) places.push({ ...place, envelope: await envelopeOf(place) });
    });
    afterAll(async () => {
      await client?.end();
      await database?.drop();
    });

    const envelopeOf = async ({ table, column, rowId }: StoredCiphertext): Promise<string> => {
      const { rows } = await client.query(`SELECT ${column} AS envelope FROM ${table} WHERE id = $1`, [
        rowId,
      ]);
      return rows[0].envelope;
    };
    const write = ({ table, column, rowId }: StoredCiphertext, envelope: string) =>
      client.query(`UPDATE ${table} SET ${column} = $1 WHERE id = $2`, [envelope, rowId]);

    /** Whether something else than the own envelope is taken at this place. */
    const isTaken = async (place: StoredCiphertext, envelope: string): Promise<boolean> => {
      try {
        await write(place, envelope);
        await place.read();
        return true;
      } catch (error) {
        const { code } = error as { code?: string };
        const refused = ['23514', '22001', 'DECRYPTION_FAILED', 'ENCRYPTION_KEY_UNKNOWN'].includes(
          code ?? '',
        );
        if (!refused) throw error;
        return false;
      }
    };

    test('is read at its own place', async () => {
      expect(places.length).toBeGreaterThan(1);
      for (const place of places) await place.read();
    });

    test('is refused at every other one: row, column or table', async () => {
      const taken: string[] = [];
      for (const place of places) {
        const others = places.filter((other) => other !== place);
        for (const other of others) {
          if (await isTaken(place, other.envelope)) taken.push(`${nameOf(other)} at ${nameOf(place)}`);
        }
        await write(place, place.envelope);
      }

      expect(taken).toEqual([]);
      for (const place of places) await place.read();
    });

    test('is refused with any of its bits flipped', { timeout: 60_000 }, async () => {
      const taken: string[] = [];
      for (const place of onePerColumn(places)) {
        const variants = flipped(place.envelope);
        for (const { envelope, at, bit } of variants) {
          if (await isTaken(place, envelope)) taken.push(`${nameOf(place)} character ${at} bit ${bit}`);
        }
        expect(variants.length).toBeGreaterThan(FEWEST_FLIPS);
        await write(place, place.envelope);
      }

      expect(taken).toEqual([]);
    });
  });
}

/** Of the text, so that the parts' encoding is tried as well as what they encode. PostgreSQL stores no NUL. */
function flipped(envelope: string): { envelope: string; at: number; bit: number }[] {
  return [...envelope].flatMap((character, at) =>
    [0, 1, 2, 3, 4, 5, 6].flatMap((bit) => {
      const code = character.charCodeAt(0) ^ (1 << bit);
      const changed = envelope.slice(0, at) + String.fromCharCode(code) + envelope.slice(at + 1);
      return code === 0 ? [] : [{ envelope: changed, at, bit }];
    }),
  );
}

function onePerColumn<Place extends StoredCiphertext>(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.table}.${place.column}`, place])).values()];
}

function nameOf({ table, column, rowId }: StoredCiphertext): string {
  return `${table}.${column} of ${rowId}`;
}
