import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import {
  beginLogin,
  beginMailedLogin,
  createClient,
  type LegacyPasswordScheme,
  type PrismaClient,
  proveMailedCode,
  provePassword,
  requestPasswordReset,
} from '@codezest/db-auth';
import { createTestDatabase, factories } from '@codezest/db-auth/testing';
import { hash, verify } from '@node-rs/argon2';
import type { Benchmark, Ratio, Table } from './benchmark.js';
import { median, p50 } from './measure.js';

const TURNS = 100;
const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000);

interface Refusal {
  readonly name: string;
  refuse(): Promise<unknown>;
}

/** What can be told apart by a clock: refusals of one question take turns, because a machine has faster and slower moments. */
export const refusals: Benchmark = {
  name: 'refusals',
  summary: 'how long each refusal of a login takes, against the others that answer the same question',

  async run({ effort, progress }) {
    const database = await createTestDatabase();
    const client = createClient({ url: database.url });
    process.env.AUTH_LOOKUP_KEYS ??= `bench:${randomBytes(32).toString('base64')}`;
    const decoyHash = await hash(randomBytes(16));
    const compared = await p50(20, () => verify(decoyHash, 'a guess'));
    const questions = await questionsOf(client, decoyHash);
    const tables: Table[] = [];
    const ratios: Ratio[] = [];
    for (const [question, kinds] of Object.entries(questions)) {
      const spent = kinds.map(() => [] as number[]);
      for (let turn = -20; turn < effort * TURNS; turn += 1) {
        if (turn % 50 === 0) progress(`${question}: turn ${turn} of ${effort * TURNS}`);
        for (const [kind, { refuse }] of kinds.entries()) {
          await forget(client);
          const start = performance.now();
          await refuse();
          if (turn >= 0) spent[kind]?.push(performance.now() - start);
        }
      }
      const rows = kinds.map(({ name }, kind) => [
        name,
        ...[0.1, 0.5, 0.9].map((at) => quantile(spent[kind], at)),
      ]);
      tables.push({
        title: `${question}, ms`,
        columns: ['', 'p10', 'p50', 'p90'],
        rows: rows as Table['rows'],
      });
      const medians = spent.map(median);
      const [fastest, slowest] = [Math.min(...medians), Math.max(...medians)];
      ratios.push(
        {
          name: `${question}: slowest p50 to fastest`,
          value: slowest / fastest,
          ...(question.includes('at once') ? {} : { aim: { atMost: 1.05 } }),
        },
        ...(question === 'password'
          ? [
              {
                name: `${question}: a right guess at a locked account to a wrong one`,
                value: (medians[2] ?? 0) / (medians[1] ?? 0),
                aim: { atMost: 1.05 },
              },
            ]
          : []),
      );
    }
    const [{ version = '' } = {}] = await client.$queryRawUnsafe<{ version: string }[]>(
      "SELECT current_setting('server_version') AS version",
    );
    await client.$disconnect();
    await database.drop();
    return { server: `${version}; argon2id ${compared.toFixed(1)} ms`, tables, ratios };
  },
};

/** What was counted and asked for, so that the next turn finds what this one has found. */
async function forget(client: PrismaClient): Promise<void> {
  await client.user.updateMany({ where: { lockedUntil: null }, data: { loginAttempts: 0 } });
  await client.pendingLogin.deleteMany();
  await client.passwordReset.deleteMany();
}

async function questionsOf(client: PrismaClient, decoyHash: string): Promise<Record<string, Refusal[]>> {
  const make = factories(client);
  const [open, legacy, locked, deleted, suspended] = [
    await make.user({ password: decoyHash }),
    await make.user({ legacyPasswordScheme: 'BETTER_AUTH_SCRYPT', password: LEGACY_HASH }),
    await make.user(),
    await make.user(),
    await make.user(),
  ];
  const update = ({ id }: typeof open, data: Parameters<typeof client.user.update>[0]['data']) =>
    client.user.update({ where: { id }, data });
  await update(locked, { loginAttempts: 5, lockedUntil: IN_AN_HOUR() });
  await update(deleted, { deletedAt: new Date() });
  await update(suspended, { isSuspended: true, suspendedAt: new Date() });
  const nobody = 'nobody@example.com';

  const password = (name: string, email: string, isRight: boolean, answerAfterMs?: number): Refusal => ({
    name,
    async refuse() {
      const begun = await beginLogin(client, { emailOrUsername: email, decoyHash });
      const { token, passwordHash, legacyPasswordScheme } = begun;
      if (answerAfterMs !== 0) await compare(passwordHash, legacyPasswordScheme);
      await provePassword(client, {
        token,
        isRight,
        ...(answerAfterMs === undefined ? {} : { answerAfterMs }),
      });
    },
  });
  const mailed = (name: string, email: string): Refusal => ({
    name,
    async refuse() {
      const { token } = await beginMailedLogin(client, { email });
      await proveMailedCode(client, { token, code: '00000000' });
    },
  });
  const forgotten = (name: string, email: string): Refusal => ({
    name,
    refuse: () => requestPasswordReset(client, { email }),
  });
  const passwords = (answerAfterMs?: number) => [
    password('wrong', open.email, false, answerAfterMs),
    password('locked, wrong', locked.email, false, answerAfterMs),
    password('locked, right', locked.email, true, answerAfterMs),
    password('nobody', nobody, true, answerAfterMs),
    password('deleted', deleted.email, true, answerAfterMs),
    password('suspended', suspended.email, true, answerAfterMs),
  ];
  return {
    'password, not compared and answered at once': passwords(0),
    password: passwords(),
    // Two schemes take two times, so both are answered later than the slower one.
    'password, beside a hash of another scheme': [
      password('wrong', open.email, false, LEGACY_ANSWER_MS),
      password('wrong, hash of another scheme', legacy.email, false, LEGACY_ANSWER_MS),
    ],
    'mailed code': [
      mailed('wrong', open.email),
      mailed('nobody', nobody),
      mailed('suspended', suspended.email),
    ],
    'forgotten password': [
      forgotten('an account', open.email),
      forgotten('nobody', nobody),
      forgotten('suspended', suspended.email),
    ],
  };
}

/** Longer than either comparison takes on idle cores. */
const LEGACY_ANSWER_MS = 300;
const LEGACY_HASH = `${'0'.repeat(32)}:${'0'.repeat(128)}`;

/** One comparison, as long as the hash's scheme takes; the guess is wrong. */
async function compare(passwordHash: string, scheme: LegacyPasswordScheme | null): Promise<void> {
  if (scheme === null) await verify(passwordHash, 'a guess');
  else await promisify(scryptWith)();
}

const scryptWith = (done: (error: Error | null) => void) =>
  scrypt('a guess', 'salt', 64, { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 }, done);

function quantile(values: readonly number[] = [], at: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * at)] ?? Number.NaN;
}
