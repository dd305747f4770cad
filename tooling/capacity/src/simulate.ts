import { SERVICES, type Service } from '@codezest/local-databases';
import { type Assumptions, checkAssumptions } from './assumptions.js';
import type { Shapes, TableShape } from './shapes.js';

/** What is too much for a server first. */
export type Limit = 'table' | 'indexes' | 'writes' | 'disk';

export interface TableForecast {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface ServiceForecast {
  readonly service: Service;
  readonly rows: number;
  /** Of one copy, without the log. */
  readonly bytes: number;
  /** Of the primary and its standbys. */
  readonly bytesWithReplicas: number;
  /** Of the indexes that writers touch: all of a table that is not partitioned, two months of one that is. */
  readonly hotIndexBytes: number;
  /** The largest table, of a partitioned one its month. */
  readonly largestTable: TableForecast;
  readonly rowsPerSecondAtPeak: number;
  readonly walBytesPerSecondAtPeak: number;
  readonly walBytesPerDay: number;
  /** What a primary sends to its standbys at the peak. */
  readonly replicationBytesPerSecondAtPeak: number;
  /** How many times over each limit one server is. */
  readonly load: Readonly<Record<Limit, number>>;
  readonly firstLimit: Limit;
  /** The number of users at which the first limit is reached, all else as it is. */
  readonly usersAtFirstLimit: number;
  /** Primaries over which the service would have to be split. */
  readonly servers: number;
}

export interface Forecast {
  readonly assumptions: Assumptions;
  readonly services: readonly ServiceForecast[];
}

/** What a server's memory has for indexes; the rest is the operating system's, sessions' and rows'. */
export const SHARE_FOR_INDEXES = 0.75;

/** Writers touch this month's partition, and late events the one before. */
const HOT_MONTHS = 2;

const DAYS_PER_MONTH = 365.25 / 12;
const SECONDS_PER_DAY = 86_400;

/**
 * How large each service becomes with so many users, and what is too much for one server first. Everything is linear in the number of
 * users: an index gets a level deeper with some hundred times the rows, which is left out.
 *
 * @throws {InvalidAssumptionError} ASSUMPTION_INVALID
 */
export function simulate(shapes: Shapes, assumptions: Assumptions): Forecast {
  checkAssumptions(assumptions);
  return { assumptions, services: SERVICES.map((service) => forecast(service, shapes, assumptions)) };
}

function forecast(service: Service, shapes: Shapes, assumptions: Assumptions): ServiceForecast {
  const { users, activeShare, eventsPerDay, months, peak, replicas } = assumptions;
  // Of days as the seed has them; a user who does more on a day has so many more of them.
  const daysPerDay = (users * activeShare * eventsPerDay) / shapes.eventsPerActiveDay;
  const tables = shapes.tables.filter((shape) => shape.service === service);
  const forecasts = tables.map((shape) => {
    const rows = rowsOf(shape, users, daysPerDay * DAYS_PER_MONTH * months);
    const indexBytes = rows * shape.indexBytes;
    const partitions = shape.partitioned ? months : 1;
    const bytes = rows * shape.heapBytes + indexBytes;
    return {
      rows,
      bytes,
      hotIndexBytes: (indexBytes / partitions) * Math.min(HOT_MONTHS, partitions),
      part: { table: shape.table, rows: rows / partitions, bytes: bytes / partitions },
    };
  });
  const [first, ...others] = forecasts.map(({ part }) => part);
  if (first === undefined) throw new RangeError(`The seed of ${service} writes nothing.`);
  const largestTable = others.reduce((most, part) => (part.bytes > most.bytes ? part : most), first);

  const daily = tables.filter(({ growth }) => growth === 'growing' || growth === 'passing');
  const rowsPerActiveDay = sum(daily.map(({ rows }) => rows));
  const rowsPerDay = rowsPerActiveDay * daysPerDay;
  const rowsPerSecondAtPeak = (rowsPerDay / SECONDS_PER_DAY) * peak;
  const walBytesPerSecondAtPeak = rowsPerSecondAtPeak * shapes.walBytesPerRow[service];
  const bytes = sum(forecasts.map((table) => table.bytes));
  const hotIndexBytes = sum(forecasts.map((table) => table.hotIndexBytes));

  const load: Record<Limit, number> = {
    table: largestTable.bytes / assumptions.tableLimit,
    indexes: hotIndexBytes / (assumptions.ram * SHARE_FOR_INDEXES),
    writes: rowsPerSecondAtPeak / assumptions.serverWrites,
    disk: bytes / assumptions.disk,
  };
  const [firstLimit, most] = Object.entries(load).reduce((highest, limit) =>
    limit[1] > highest[1] ? limit : highest,
  ) as [Limit, number];
  return {
    service,
    rows: sum(forecasts.map((table) => table.rows)),
    bytes,
    bytesWithReplicas: bytes * (1 + replicas),
    hotIndexBytes,
    largestTable,
    rowsPerSecondAtPeak,
    walBytesPerSecondAtPeak,
    walBytesPerDay: rowsPerDay * shapes.walBytesPerRow[service],
    replicationBytesPerSecondAtPeak: walBytesPerSecondAtPeak * replicas,
    load,
    firstLimit,
    usersAtFirstLimit: Math.floor(users / most),
    servers: Math.max(1, Math.ceil(most)),
  };
}

function rowsOf({ growth, rows }: TableShape, users: number, activeDays: number): number {
  if (growth === 'fixed') return rows;
  if (growth === 'passing') return 0;
  return rows * (growth === 'standing' ? users : activeDays);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
