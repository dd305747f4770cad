import type { Assumptions } from './assumptions.js';
import type { Shapes } from './shapes.js';
import type { Forecast, ServiceForecast } from './simulate.js';

type Cells = readonly string[];

export function assumptionLines(assumptions: Assumptions): string[] {
  const { users, months, activeShare, eventsPerDay, peak, replicas, ram, disk, tableLimit, serverWrites } =
    assumptions;
  return [
    `${users.toLocaleString('en-US')} users, ${percent(activeShare)} of them active on a day (--active-share), ` +
      `${eventsPerDay.toFixed(2)} activities on such a day (--events-per-day), ${peak} times the mean at the peak (--peak)`,
    `${months} months of history (--months), ${replicas} standbys of each server (--replicas)`,
    `a server: ${bytesOf(ram)} memory (--ram), ${bytesOf(disk)} disk (--disk), ${serverWrites.toLocaleString('en-US')} rows ` +
      `written in a second (--server-writes), no table over ${bytesOf(tableLimit)} (--table-limit)`,
  ];
}

const forecastHead = [
  'service',
  'rows',
  'size',
  'with standbys',
  'hot indexes',
  'largest table or month',
  'rows/s at peak',
  'log/s, log/day',
  'to standbys/s',
  'first too much',
  'reached at users',
  'servers',
];

export function forecastTable({ services }: Forecast): string {
  return markdown(forecastHead, services.map(forecastRow));
}

function forecastRow(service: ServiceForecast): Cells {
  return [
    service.service,
    numberOf(service.rows),
    bytesOf(service.bytes),
    bytesOf(service.bytesWithReplicas),
    bytesOf(service.hotIndexBytes),
    `${service.largestTable.table} ${bytesOf(service.largestTable.bytes)}`,
    numberOf(service.rowsPerSecondAtPeak),
    `${bytesOf(service.walBytesPerSecondAtPeak)}, ${bytesOf(service.walBytesPerDay)}`,
    bytesOf(service.replicationBytesPerSecondAtPeak),
    service.firstLimit,
    numberOf(service.usersAtFirstLimit),
    String(service.servers),
  ];
}

/** What was measured: rows per user or active day, and bytes per row. */
export function shapeTable({ tables }: Shapes): string {
  return markdown(
    ['table', 'rows', 'bytes of a row', 'of its index entries'],
    tables.map(({ service, table, growth, rows, heapBytes, indexBytes, partitioned }) => [
      `${service}.${table}${partitioned ? ' (by month)' : ''}`,
      `${rows.toPrecision(3)} ${rowsAre[growth]}`,
      heapBytes.toFixed(0),
      indexBytes.toFixed(0),
    ]),
  );
}

const rowsAre = {
  fixed: 'in all',
  standing: 'per user',
  growing: 'per active day',
  passing: 'per active day, not kept',
};

function markdown(head: Cells, rows: readonly Cells[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** By 1024, as PostgreSQL's pg_size_pretty. */
export function bytesOf(bytes: number): string {
  return scaled(bytes, 1024, units, ' ');
}

function numberOf(number: number): string {
  return scaled(number, 1000, ['', 'k', 'M', 'G', 'T'], ' ').trim();
}

function scaled(number: number, step: number, names: readonly string[], separator: string): string {
  let [value, unit] = [number, 0];
  while (value >= step && unit < names.length - 1) {
    value /= step;
    unit += 1;
  }
  const digits = value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(2);
  return `${digits}${separator}${names[unit]}`;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
