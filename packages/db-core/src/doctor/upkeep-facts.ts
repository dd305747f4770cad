import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { WAL_POSITION } from '../connection-url/target-session.js';

/** What becomes worse by itself while nobody looks. Of the statistics the server's own, which any role may read. */
export interface UpkeepFacts {
  readonly months: readonly PartitionedTable[];
  readonly indexes: readonly IndexFacts[];
  /** Days since the statistics of the database begin. */
  readonly statisticsDays: number;
  readonly sequences: readonly SequenceFacts[];
  readonly slots: readonly SlotFacts[];
  /** Transactions since the oldest row that is not frozen; the server stops at 2,147 million. */
  readonly transactionAge: number;
}

export interface PartitionedTable {
  readonly table: string;
  /** End of the last month that has a partition; null without any. */
  readonly until: Date | null;
  /** Rows that wait in the default partition, by the statistics. */
  readonly waiting: number;
}

export interface IndexFacts {
  readonly index: string;
  readonly valid: boolean;
  /** It keeps a rule, whether it is read or not. */
  readonly keepsRule: boolean;
  readonly scans: number;
  readonly bytes: number;
  /** What its rows need when it is built anew; null where the table was never analyzed. */
  readonly neededBytes: number | null;
}

export interface SequenceFacts {
  readonly sequence: string;
  /** Of the numbers that it has, or that its column holds, how many are used up, from 0 to 1. */
  readonly used: number;
}

export interface SlotFacts {
  readonly slot: string;
  readonly active: boolean;
  /** Of the log, kept for it alone. */
  readonly keptBytes: number;
  /** Its log is gone: what reads from it must be made anew. */
  readonly lost: boolean;
}

/** Range partitions of tables in public. A bound is printed as FOR VALUES FROM ('…') TO ('…'). */
const MONTHS = `
  SELECT parent.relname AS "table",
         max(substring(pg_get_expr(part.relpartbound, part.oid) FROM 'TO \\(''([^'']+)''\\)')::timestamptz) AS "until",
         coalesce(sum(s.n_live_tup) FILTER (WHERE pg_get_expr(part.relpartbound, part.oid) = 'DEFAULT'), 0)::float8 AS "waiting"
    FROM pg_partitioned_table p
    JOIN pg_class parent ON parent.oid = p.partrelid AND parent.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_inherits i ON i.inhparent = parent.oid
    LEFT JOIN pg_class part ON part.oid = i.inhrelid
    LEFT JOIN pg_stat_all_tables s ON s.relid = part.oid
   WHERE p.partstrat = 'r' AND (SELECT atttypid FROM pg_attribute WHERE attrelid = parent.oid AND attnum = p.partattrs[0])
         IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
   GROUP BY parent.relname ORDER BY 1`;

/** A B-tree's entry: 8 bytes of header, 4 of pointer, its columns; pages are filled to nine tenths. Equal keys need less. */
const INDEXES = `
  SELECT n.nspname || '.' || c.relname AS "index", x.indisvalid AS "valid",
         x.indisunique OR x.indisexclusion OR x.indisreplident AS "keepsRule",
         coalesce(s.idx_scan, 0)::float8 AS "scans", pg_relation_size(c.oid)::float8 AS "bytes",
         CASE WHEN am.amname = 'btree' AND c.reltuples >= 0 THEN c.reltuples * (12 + (
           SELECT sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE coalesce(
             (SELECT max(st.avg_width) FROM pg_stats st WHERE st.schemaname = n.nspname AND st.tablename = t.relname
                AND st.attname = a.attname), 32) END) + 7
             FROM pg_attribute a WHERE a.attrelid = c.oid)) / 0.9 END::float8 AS "neededBytes"
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid AND c.relkind = 'i'
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = c.oid
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1`;

const DATABASE = `
  SELECT extract(epoch FROM now() - coalesce(stats_reset, pg_postmaster_start_time()))::float8 / 86400 AS "statisticsDays",
         (SELECT age(datfrozenxid)::float8 FROM pg_database WHERE datname = current_database()) AS "transactionAge"
    FROM pg_stat_database WHERE datname = current_database()`;

/** A sequence of bigints may feed a column of integers. Without a right to it, its last value is null. */
const SEQUENCES = `
  SELECT q.schemaname || '.' || q.sequencename AS "sequence",
         (q.last_value::float8 / least(q.max_value, CASE a.atttypid WHEN 'int4'::regtype THEN 2147483647
           WHEN 'int2'::regtype THEN 32767 ELSE q.max_value END)) AS "used"
    FROM pg_sequences q
    LEFT JOIN pg_depend d ON d.objid = format('%I.%I', q.schemaname, q.sequencename)::regclass
      AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE q.last_value IS NOT NULL AND q.increment_by > 0 AND NOT q.cycle ORDER BY 1`;

const SLOTS = `
  SELECT slot_name AS "slot", active, coalesce(pg_wal_lsn_diff((${WAL_POSITION})::pg_lsn, restart_lsn), 0)::float8 AS "keptBytes",
         wal_status IS NOT DISTINCT FROM 'lost' AS "lost"
    FROM pg_replication_slots WHERE NOT temporary ORDER BY 1`;

export async function upkeepFacts(url: string, applicationName: string): Promise<UpkeepFacts> {
  const client = await openSession(connectionSettings(url, applicationName).pool);
  const rowsOf = async <Row extends object>(sql: string) => (await client.query<Row>(sql)).rows;
  try {
    const [database] = await rowsOf<Pick<UpkeepFacts, 'statisticsDays' | 'transactionAge'>>(DATABASE);
    return {
      months: await rowsOf(MONTHS),
      indexes: await rowsOf(INDEXES),
      sequences: await rowsOf(SEQUENCES),
      slots: await rowsOf(SLOTS),
      statisticsDays: database?.statisticsDays ?? 0,
      transactionAge: database?.transactionAge ?? 0,
    };
  } finally {
    await client.end();
  }
}
