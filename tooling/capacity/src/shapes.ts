import { peopleCount } from '@codezest/db-core/seed';
import { SERVICES, type Service } from '@codezest/local-databases';
import type { Measured, TableSize } from './measure.js';

/**
 * How a table grows. `fixed`: with the catalogue, and not with people. `standing`: so many rows for each user, however long
 * they stay. `growing`: so many for each day on which a user is active. `passing`: written like those, and gone after the next fold.
 */
export type Growth = 'fixed' | 'standing' | 'growing' | 'passing';

export interface TableShape {
  readonly service: Service;
  readonly table: string;
  readonly growth: Growth;
  /** Of a fixed table all, otherwise per user or per active day. */
  readonly rows: number;
  /** Of each row, from one size of the seed to the other. */
  readonly heapBytes: number;
  readonly indexBytes: number;
  /** By month: retention drops whole partitions, and writers touch the indexes of the latest ones. */
  readonly partitioned: boolean;
}

export interface Shapes {
  readonly tables: readonly TableShape[];
  /** What is not simulated, because the seed writes none of it: `service.table`. */
  readonly notSeeded: readonly string[];
  /** Bytes of log per row that is written, without full-page images. */
  readonly walBytesPerRow: Readonly<Record<Service, number>>;
  /** Activities on a day on which a user is active. */
  readonly eventsPerActiveDay: number;
  readonly activeDaysPerUser: number;
}

/** What a user has once, or has a few of that come and go. Everything else that grows with people grows with their days. */
export const standingTables: Readonly<Record<Service, readonly string[]>> = {
  auth: [
    'email_changes',
    'email_verifications',
    'known_devices',
    'login_sources',
    'oauth_accounts',
    'passkeys',
    'password_resets',
    'recovery_codes',
    'sessions',
    'two_factor_credentials',
    'user_leads',
    'user_profiles',
    'users',
  ],
  learning: ['language_enrollments', 'learner_stats'],
  payments: ['payment_methods', 'subscriptions'],
  notifications: [
    'notification_preferences',
    'recipients',
    'suppressions',
    'user_devices',
    'user_notification_settings',
  ],
  activity: ['user_badges', 'user_engagements'],
};

/** What `foldActivityCounts` and `foldLeaderboards` add up and delete. The seed leaves it, a service that folds does not. */
const passingTables: readonly string[] = ['activity.activity_counts', 'activity.leaderboard_changes'];

/** Rows and bytes per user and per active day: the difference of the two sizes, so that what a table takes empty counts for nothing. */
export function shapesOf(measured: Measured): Shapes {
  const people = peopleCount.medium - peopleCount.small;
  const difference = (service: Service, table: string): TableSize => {
    const { small, medium } = measured[service];
    const [less, more] = [small.tables[table] ?? emptyTable, medium.tables[table] ?? emptyTable];
    return {
      rows: more.rows - less.rows,
      heapBytes: more.heapBytes - less.heapBytes,
      indexBytes: more.indexBytes - less.indexBytes,
      partitioned: more.partitioned,
    };
  };
  const activeDays = difference('activity', 'activity_days').rows;
  const tables: TableShape[] = [];
  const notSeeded: string[] = [];
  for (const service of SERVICES) {
    for (const [table, all] of Object.entries(measured[service].medium.tables)) {
      const more = difference(service, table);
      if (all.rows === 0) {
        notSeeded.push(`${service}.${table}`);
        continue;
      }
      const growth = growthOf(service, table, more.rows);
      const of = growth === 'fixed' ? all : more;
      tables.push({
        service,
        table,
        growth,
        rows: growth === 'fixed' ? all.rows : more.rows / (growth === 'standing' ? people : activeDays),
        heapBytes: of.heapBytes / of.rows,
        indexBytes: of.indexBytes / of.rows,
        partitioned: all.partitioned,
      });
    }
  }
  return {
    tables,
    notSeeded,
    walBytesPerRow: Object.fromEntries(
      SERVICES.map((service) => [service, walBytesPerRow(measured, service)]),
    ) as Record<Service, number>,
    eventsPerActiveDay: difference('activity', 'user_activities').rows / activeDays,
    activeDaysPerUser: activeDays / people,
  };
}

function growthOf(service: Service, table: string, moreRows: number): Growth {
  if (moreRows === 0) return 'fixed';
  if (passingTables.includes(`${service}.${table}`)) return 'passing';
  return standingTables[service].includes(table) ? 'standing' : 'growing';
}

function walBytesPerRow(measured: Measured, service: Service): number {
  const { small, medium } = measured[service];
  const rows = ({ tables }: typeof small) =>
    Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return (medium.walBytes - small.walBytes) / (rows(medium) - rows(small));
}

const emptyTable: TableSize = { rows: 0, heapBytes: 0, indexBytes: 0, partitioned: false };
