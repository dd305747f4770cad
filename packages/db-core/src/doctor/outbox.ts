import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { PUBLICATION } from '../events/publication.js';
import { type Finding, listed } from './findings.js';

/** What the other services have not been told, and whether Debezium would be. */
export interface OutboxFacts {
  /** Null where Debezium does not read the outbox. */
  readonly publication: {
    readonly hasTable: boolean;
    /** Inserts are published, and nothing else is. */
    readonly insertsOnly: boolean;
    /** Logical slots of the database that use pgoutput. */
    readonly slots: number;
  } | null;
  /** Empty where the role may not ask. */
  readonly consumers: readonly {
    readonly consumer: string;
    readonly dead: number;
    /** Seconds since the oldest open event was told. */
    readonly lateSeconds: number | null;
  }[];
}

const MOST_LATE_SECONDS = 300;

const PUBLICATION_FACTS = `
  SELECT EXISTS (SELECT FROM pg_publication_tables t WHERE t.pubname = p.pubname AND t.schemaname = 'public'
           AND t.tablename = 'outbox') AS "hasTable",
         p.pubinsert AND NOT (p.pubupdate OR p.pubdelete OR p.pubtruncate) AS "insertsOnly",
         (SELECT count(*)::int FROM pg_replication_slots s
           WHERE s.slot_type = 'logical' AND s.database = current_database() AND s.plugin = 'pgoutput') AS "slots"
    FROM pg_publication p WHERE p.pubname = $1`;

const STATE = `
  SELECT consumer, dead::int AS "dead", extract(epoch FROM now() - oldest)::float8 AS "lateSeconds" FROM rules.outbox_state()`;

/** Undefined where the database tells nobody anything. */
export async function outboxFacts(url: string, applicationName: string): Promise<OutboxFacts | undefined> {
  const client = await openSession(connectionSettings(url, applicationName).pool);
  try {
    const { rows } = await client.query<{ there: boolean; mayAsk: boolean | null }>(
      `SELECT to_regclass('public.outbox') IS NOT NULL AS there,
         has_schema_privilege('rules', 'USAGE') AND has_function_privilege(to_regprocedure('rules.outbox_state()'), 'EXECUTE') AS "mayAsk"
       FROM pg_namespace WHERE nspname = 'rules'`,
    );
    if (!rows[0]?.there) return undefined;
    const publication = await client.query<NonNullable<OutboxFacts['publication']>>(PUBLICATION_FACTS, [
      PUBLICATION,
    ]);
    const consumers = rows[0].mayAsk
      ? (await client.query<OutboxFacts['consumers'][number]>(STATE)).rows
      : [];
    return { publication: publication.rows[0] ?? null, consumers };
  } finally {
    await client.end();
  }
}

export function outboxFinding(facts: OutboxFacts | undefined, command: string): Finding | undefined {
  if (facts === undefined) return undefined;
  const { publication, consumers } = facts;
  const problem = (finding: string, remedy: string): Finding => ({
    check: 'outbox',
    result: 'problem',
    finding,
    remedy,
  });
  const anew = `${command} outbox --publication | psql …, as a superuser.`;
  if (publication !== null && !publication.hasTable)
    return problem(
      `the publication ${PUBLICATION} lacks the table outbox: Debezium loses events and says nothing`,
      anew,
    );
  if (publication !== null && !publication.insertsOnly)
    return problem(`the publication ${PUBLICATION} is not of inserts alone`, anew);
  const dead = consumers.filter((each) => each.dead > 0);
  if (dead.length > 0)
    return problem(
      `dead events for ${listed(dead.map((each) => `${each.consumer} (${each.dead})`))}`,
      `Read the reasons in outbox_deliveries, mend them, then ${command} outbox --redrive <service>.`,
    );
  if (publication !== null)
    return publication.slots > 0
      ? { check: 'outbox', result: 'ok', finding: `published as ${PUBLICATION}` }
      : {
          check: 'outbox',
          result: 'warning',
          finding: `published as ${PUBLICATION}, and no slot reads it`,
          remedy: 'Start the connector, or DROP PUBLICATION where nobody shall read it.',
        };
  const late = consumers.filter(({ lateSeconds }) => (lateSeconds ?? 0) > MOST_LATE_SECONDS);
  if (late.length > 0)
    return {
      check: 'outbox',
      result: 'warning',
      finding: `events wait for more than ${MOST_LATE_SECONDS / 60} minutes for ${listed(late.map(({ consumer }) => consumer))}`,
      remedy: 'Start the process that delivers, or look into its log.',
    };
  return { check: 'outbox', result: 'ok', finding: 'nothing is late and nothing is dead' };
}
