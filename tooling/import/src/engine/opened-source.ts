import type { Client } from 'pg';

export interface Source {
  readonly client: Client;
  /** Names a server and a database: positions of one say nothing about another. */
  readonly identity: string;
  /** Columns by table. */
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}
