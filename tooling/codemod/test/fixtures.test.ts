import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase as createActivityDatabase } from '@codezest/db-activity/testing';
import { createTestDatabase as createAuthDatabase } from '@codezest/db-auth/testing';
import { createTestDatabase as createLearningDatabase } from '@codezest/db-learning/testing';
import { createTestDatabase as createNotificationsDatabase } from '@codezest/db-notifications/testing';
import { describe, expect, it } from 'vitest';
import type { Service } from '../src/earlier/schema.js';
import { type CodemodReport, runCodemod } from '../src/run-codemod.js';
import { copyOfFixture, finishByHand } from './service-copy.js';

const databases: Partial<Record<Service, () => Promise<{ url: string; drop(): Promise<void> }>>> = {
  auth: createAuthDatabase,
  learning: createLearningDatabase,
  notifications: createNotificationsDatabase,
  activity: createActivityDatabase,
};

interface Fixture {
  readonly name: string;
  readonly services: readonly Service[];
  /** What is left: the place, and the beginning of the reason. */
  readonly left: readonly string[];
  /** What the tool goes on telling when the code is done: settings and scripts. */
  readonly leftAfterwards: readonly string[];
}

const SCRIPT = 'package.json:6 a script of Prisma: the client is generated already, and `co';
const URL_NAME = '.env.example:2 DATABASE_URL is the fallback now: AUTH_DATABASE_URL';

const fixtures: Fixture[] = [
  {
    name: 'auth',
    services: ['auth'],
    left: [
      URL_NAME,
      SCRIPT,
      'src/sessions.ts:7 `Session.token` is now `Session.tokenHash`: the SHA-256 of t',
      'src/sessions.ts:7 `Session` and `create`: use `startSession`, `rotateSession`,',
      'src/user-repository.ts:36 what is spread here may have a column that Prisma refuses: `',
      'src/users-controller.ts:22 `meta.target` is gone: ask `isUniqueViolation(error, …)` wit',
    ],
    leftAfterwards: [URL_NAME, SCRIPT],
  },
  {
    name: 'api',
    services: ['learning'],
    left: [
      SCRIPT,
      'src/modules.ts:37 `Module` and `delete`: set `deletedAt`: the database refuses',
      'src/progress.ts:8 `user` is a relation to a model that has its place in anothe',
    ],
    leftAfterwards: [SCRIPT],
  },
  {
    name: 'admin',
    services: ['learning', 'auth'],
    left: [
      'src/profile.ts:18 the compiler says (TS2561): Object literal may only specify ',
      'src/profile.ts:25 `password` is left out of results: `select: { password: true',
      'src/quizzes.ts:32 `MCQQuestion` and `deleteMany`: use `replaceQuestion` or `ed',
    ],
    leftAfterwards: [],
  },
  {
    name: 'activity',
    services: ['activity'],
    left: [
      SCRIPT,
      'src/activities.ts:18 `UserActivity.type` is now `UserActivity.type`: the enum `Ac',
      'src/activities.ts:18 `UserActivity` and `create`: use `recordActivity`: rows do n',
      "src/activities.ts:18 the compiler says (TS2322): Type 'InputJsonValue | undefined",
    ],
    leftAfterwards: [SCRIPT],
  },
  {
    name: 'notifications',
    services: ['notifications'],
    left: [
      SCRIPT,
      'src/inbox.ts:23 `Notification.isRead` is now `Notification.readAt`: NULL whi',
      'src/inbox.ts:41 `Notification` and `create`: use `notify`, which knows the r',
      'src/inbox.ts:42 `Notification.priority` is now `Notification.priority`: an e',
    ],
    leftAfterwards: [SCRIPT],
  },
];

describe.each(fixtures)('the service $name', ({ name, services, left, leftAfterwards }) => {
  it('is rewritten but for what is told, once, and then compiles and passes', async () => {
    const copy = copyOfFixture(name);
    const options = { folder: copy.folder, services, allowDirty: true };

    const first = await runCodemod(options);
    expect(copy.changes().sort()).toEqual([...first.changed]);
    expect(places(first)).toEqual(left);
    const second = await runCodemod(options);
    expect(second.changed).toEqual([]);
    expect(second.left).toEqual(first.left);

    finishByHand(copy, name);
    const finished = await runCodemod(options);
    expect(finished.changed).toEqual([]);
    expect(places(finished)).toEqual(leftAfterwards);
    expect(copy.run(join(copy.folder, 'node_modules/.bin/tsc'), ['-p', '.', '--noEmit'])).toBe('');
    await suiteOf(copy, services);
  });
});

it('a dry run tells what a run does, and writes nothing', async () => {
  const copy = copyOfFixture('activity');

  const dry = await runCodemod({ folder: copy.folder, services: ['activity'], dryRun: true });

  expect(copy.changes()).toEqual([]);
  expect(dry).toEqual(await runCodemod({ folder: copy.folder, services: ['activity'] }));
  expect(copy.changes().sort()).toEqual(dry.changed);
});

async function suiteOf(copy: ReturnType<typeof copyOfFixture>, services: readonly Service[]): Promise<void> {
  const created = await Promise.all(
    services.map(async (service) => ({ service, database: await databases[service]?.() })),
  );
  const urls = created.map(({ service, database }) => [
    `${service.toUpperCase()}_DATABASE_URL`,
    database?.url ?? '',
  ]);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: urls[0]?.[1], ...Object.fromEntries(urls) };
  const tests = readdirSync(join(copy.folder, 'test')).map((file) => join('test', file));
  const output = copy.run(
    process.execPath,
    ['--import', 'tsx', '--test', '--test-reporter=tap', ...tests],
    env,
  );
  expect(output).toMatch(/^# pass [1-9]/m);
  expect(output).toMatch(/^# fail 0$/m);
  for (const { database } of created) await database?.drop();
}

function places({ left }: CodemodReport): string[] {
  return left.map(({ file, line, reason }) => `${file}:${line} ${reason.slice(0, 60)}`);
}
