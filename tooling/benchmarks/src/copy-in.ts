import type { EventEmitter } from 'node:events';
import pg from 'pg';

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

type CopyQuery = pg.Submittable & EventEmitter & { handleCopyInResponse(connection: CopyConnection): void };

/** COPY … FROM STDIN of one text. pg speaks the protocol; its query only lacks an answer to the server's "go on". */
export function copyIn(client: pg.Client, statement: string, rows: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(statement) as unknown as CopyQuery;
    query.handleCopyInResponse = (connection) => {
      connection.sendCopyFromChunk(Buffer.from(rows));
      connection.endCopyFrom();
    };
    query.on('end', resolve);
    query.on('error', reject);
    client.query(query);
  });
}
