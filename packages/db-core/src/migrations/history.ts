import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { MigrationFile, MigrationMode } from './files.js';

/** A row of `_prisma_migrations`. */
export interface HistoryRow {
  readonly id: string;
  readonly name: string;
  readonly checksum: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly logs: string | null;
}

/**
 * First words of `logs` in the rows this runner writes, followed by the file's mode. They decide what an unfinished row
 * means: a transactional file of ours left nothing behind, whereas one of Prisma's may be half applied.
 */
const mark = 'codezest-migrate';

/**
 * The history Prisma keeps, in Prisma's own table: `prisma migrate status` and this runner see the same facts.
 * Rolled-back rows are history of the history and are not returned.
 */
export class MigrationHistory {
  private readonly table: string;

  constructor(
    private readonly client: Client,
    schema: string,
  ) {
    this.table = `${client.escapeIdentifier(schema)}."_prisma_migrations"`;
  }

  async exists(): Promise<boolean> {
    const { rows } = await this.client.query<{ found: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS found',
      [this.table],
    );
    return rows[0]?.found ?? false;
  }

  /** Prisma's definition, type by type: its engine reads the table by these. */
  async create(): Promise<void> {
    if (await this.exists()) return;
    await this.client.query(`CREATE TABLE ${this.table} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`);
  }

  async rows(): Promise<HistoryRow[]> {
    if (!(await this.exists())) return [];
    const { rows } = await this.client.query<HistoryRow>(
      `SELECT id, migration_name AS name, checksum, started_at AS "startedAt", finished_at AS "finishedAt", logs
       FROM ${this.table} WHERE rolled_back_at IS NULL ORDER BY started_at, id`,
    );
    return rows;
  }

  /** Records an attempt before it begins, so that `status` shows it and a crash leaves a trace. */
  async start(file: MigrationFile, runner: string): Promise<string> {
    const id = randomUUID();
    await this.client.query(
      `INSERT INTO ${this.table} (id, checksum, migration_name, logs) VALUES ($1, $2, $3, $4)`,
      [id, file.checksum, file.name, `${mark} ${file.mode}: ${runner}`],
    );
    return id;
  }

  /** Runs inside the migration's own transaction where it has one: applied and recorded are one fact. */
  async finish(id: string): Promise<void> {
    await this.client.query(
      `UPDATE ${this.table} SET finished_at = clock_timestamp(), applied_steps_count = 1, logs = NULL WHERE id = $1`,
      [id],
    );
  }

  async fail(id: string, mode: MigrationMode, reason: string): Promise<void> {
    await this.client.query(`UPDATE ${this.table} SET logs = $2 WHERE id = $1`, [
      id,
      `${mark} ${mode}: failed: ${reason}`,
    ]);
  }

  async rollBack(id: string): Promise<void> {
    await this.client.query(`UPDATE ${this.table} SET rolled_back_at = now() WHERE id = $1`, [id]);
  }

  /** Records as applied what was applied by other means, as `prisma migrate resolve --applied` does. */
  async recordApplied(file: MigrationFile): Promise<void> {
    await this.client.query(
      `INSERT INTO ${this.table} (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 0)`,
      [randomUUID(), file.checksum, file.name],
    );
  }
}

/** What an unfinished row says about its attempt. `mode` is absent when the row is not this runner's. */
export function readMark(row: HistoryRow): { mode?: MigrationMode; failure?: string } {
  const match = new RegExp(`^${mark} (transaction|concurrent): (failed: )?([\\s\\S]*)$`).exec(row.logs ?? '');
  if (!match) return row.logs ? { failure: row.logs } : {};
  const mode = match[1] as MigrationMode;
  return match[2] ? { mode, failure: match[3] ?? '' } : { mode };
}
