import { identifier, literal } from '../roles/quote.js';

export const PUBLICATION = 'codezest_outbox';
const GENERATED_COLUMNS_FROM = 180_000;

/**
 * SQL for psql as a superuser: a publication of the outbox and a role that reads it, for Debezium in place of who delivers here.
 * Only inserts are published: what is claimed, delivered or deleted later is no news. The role may log in and replicate, and
 * has no right to a table; but whoever replicates can read every table through a slot of its own.
 */
export function publicationSql(service: string, database: string, versionNumber: number): string {
  const role = identifier(`${service}_outbox_reader`);
  const options = ["publish = 'insert'"];
  // Before 18 a generated column cannot be published, and Kafka's time is that of Debezium.
  if (versionNumber >= GENERATED_COLUMNS_FROM) options.push('publish_generated_columns = stored');
  return `-- The outbox of ${database} for Debezium. For psql as a superuser: psql -v ON_ERROR_STOP=1 -d ${database} -f <this file>
-- The publication comes before the slot: a slot made earlier loses events without a word.
BEGIN;
DO $outbox$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = ${literal(PUBLICATION)}) THEN
    CREATE PUBLICATION ${PUBLICATION} FOR TABLE public.outbox WITH (${options.join(', ')});
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(`${service}_outbox_reader`)}) THEN
    CREATE ROLE ${role} LOGIN REPLICATION;
  END IF;
END $outbox$;
ALTER PUBLICATION ${PUBLICATION} SET (${options.join(', ')});
ALTER PUBLICATION ${PUBLICATION} SET TABLE public.outbox;
-- roles --apply takes it away again, as from every role that is not its own: run this afterwards.
GRANT CONNECT ON DATABASE ${identifier(database)} TO ${role};
COMMIT;
`;
}
