import {
  type Client,
  dropPartitionsBefore,
  emptyDefaultPartition,
  ensurePartitions,
} from '../../src/index.js';

const monthsFrom = (date: Date, months: number) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months));

/** Monthly, with the role that owns the tables. */
export async function keepTwoYears(client: Client, now = new Date()) {
  const dropped = await dropPartitionsBefore(client, monthsFrom(now, -24));
  const made = await ensurePartitions(client, now, monthsFrom(now, 3));
  await emptyDefaultPartition(client); // months of what was imported, for example
  return { made, dropped };
}
