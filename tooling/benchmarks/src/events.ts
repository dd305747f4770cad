import {
  createActivityWriter,
  type NewActivity,
  newActivityId,
  recordActivities,
} from '@codezest/db-activity';
import type { UserId } from '@codezest/db-types';
import pg from 'pg';
import { createActivityDatabase } from './activity-database.js';
import type { Benchmark } from './benchmark.js';
import { copyIn } from './copy-in.js';
import { middleOf, type Throughput, throughput } from './measure.js';

interface Way {
  readonly name: string;
  readonly callers: number;
  /** Gives how many events were acknowledged. */
  call(): Promise<number>;
}

const rowsPerCall = 1_000;

/** Acknowledged events per second: of callers with one event each, and of one caller with a thousand. */
export const events: Benchmark = {
  name: 'events',
  summary: 'acknowledged events per second, against create, createMany and COPY',

  async run({ effort, progress }) {
    const database = await createActivityDatabase();
    const copying = new pg.Client({ connectionString: database.url });
    await copying.connect();
    const { client } = database;
    const writer = createActivityWriter(client);

    const ways: Way[] = [
      ...[1, 64, 256].flatMap((callers) => [
        {
          name: 'prisma create',
          callers,
          call: () => client.userActivity.create({ data: rowOf(event()) }).then(() => 1),
        },
        { name: 'activity writer', callers, call: () => writer.record(event()).then(() => 1) },
      ]),
      {
        name: 'createMany, 1,000',
        callers: 1,
        call: async () =>
          (await client.userActivity.createMany({ data: manyEvents().map(rowOf), skipDuplicates: true }))
            .count,
      },
      {
        name: 'recordActivities, 1,000',
        callers: 1,
        call: async () => (await recordActivities(client, manyEvents())).length,
      },
      {
        name: 'COPY, 1,000',
        callers: 1,
        call: async () => {
          await copyIn(copying, copyStatement, manyEvents().map(lineOf).join(''));
          return rowsPerCall;
        },
      },
    ];

    const measured = new Map<Way, Throughput[]>(ways.map((way) => [way, []]));
    for (let round = 1; round <= effort; round += 1) {
      for (const way of ways) {
        progress(`round ${round} of ${effort}: ${way.name}, callers: ${way.callers}`);
        measured.get(way)?.push(await throughput({ seconds: effort, callers: way.callers }, way.call));
      }
    }
    await writer.drain();
    await copying.end();
    await database.drop();

    const results = ways.map((way) => ({ ...way, ...middleOf(measured.get(way) ?? []) }));
    const rate = (name: string, callers = 1) =>
      results.find((result) => result.name === name && result.callers === callers)?.perSecond ?? Number.NaN;
    const createMany = rate('createMany, 1,000');
    const againstCreateMany = (name: string, callers: number, aim?: { atLeast: number }) => ({
      name: `${name}, callers: ${callers}, against createMany`,
      value: rate(name, callers) / createMany,
      ...(aim ? { aim } : {}),
    });

    const againstCopy = (name: string, callers: number, aim?: { atLeast: number }) => ({
      name: `${name}, callers: ${callers}, against COPY`,
      value: rate(name, callers) / rate('COPY, 1,000'),
      ...(aim ? { aim } : {}),
    });

    return {
      server: database.server,
      tables: [
        {
          title: 'Acknowledged events',
          columns: ['way', 'callers', 'events/s', '× createMany', 'CPU µs/event', 'p50 ms'],
          rows: results.map(({ name, callers, perSecond, cpuMicroseconds, p50 }) => [
            name,
            String(callers),
            Math.round(perSecond),
            perSecond / createMany,
            cpuMicroseconds,
            p50,
          ]),
        },
      ],
      ratios: [
        againstCreateMany('activity writer', 64, { atLeast: 8 }),
        againstCreateMany('activity writer', 256, { atLeast: 8 }),
        againstCreateMany('recordActivities, 1,000', 1, { atLeast: 8 }),
        againstCopy('activity writer', 64, { atLeast: 0.9 }),
        againstCopy('activity writer', 256, { atLeast: 1 }),
        againstCopy('recordActivities, 1,000', 1),
        {
          name: 'activity writer against prisma create, callers: 1',
          value: rate('activity writer') / rate('prisma create'),
        },
      ],
    };
  },
};

const copyStatement =
  'COPY user_activities (id, created_at, user_id, type, description, metadata) FROM STDIN';

const users = Array.from(
  { length: 1_000 },
  (_, index) => `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}` as UserId,
);

let sequence = 0;

function event(): NewActivity {
  sequence += 1;
  return {
    id: newActivityId(),
    userId: users[sequence % users.length] as UserId,
    type: 'BADGE_EARNED',
    description: 'Earned the badge “A week in a row”',
    metadata: { badge: 'A week in a row' },
  };
}

const manyEvents = () => Array.from({ length: rowsPerCall }, event);

const timeOf = (id: string) => new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));

const rowOf = (activity: NewActivity) => ({ ...activity, createdAt: timeOf(activity.id) });

const lineOf = ({ id, userId, type, description, metadata }: NewActivity) =>
  `${[id, timeOf(id).toISOString(), userId, type, description, JSON.stringify(metadata)].join('\t')}\n`;
