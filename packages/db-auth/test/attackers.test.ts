import { randomBytes } from 'node:crypto';
import { Random } from '@codezest/db-core/seed';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  consumeEmailChange,
  consumePasswordReset,
  createAccount,
  deleteAccount,
  issueEmailChange,
  issueEmailVerification,
  issuePasswordReset,
  logInWithOAuth,
  type PrismaClient,
  startSession,
  undoEmailChange,
} from '../src/index.js';
import { act, waysInOf } from './attackers/acts.js';
import { type BareClient, bareClient } from './attackers/bare-client.js';
import {
  askForReset,
  asLoggedIn,
  deliver,
  finish,
  hashOf,
  logIn,
  mailOf,
  type Party,
  party,
  unique,
  type World,
} from './attackers/world.js';
import type { TestDatabase } from './database.js';
import { racingDatabase } from './fixtures.js';
import { letPass } from './passing-time.js';

/** `ATTACKS=3400-9999` resumes a long run, and `ATTACKS=17-17` repeats one history. */
const [FIRST, LAST] = (process.env.ATTACKS ?? (process.env.LONG_TESTS ? '0-9999' : '0-199'))
  .split('-')
  .map(Number) as [number, number];
const AT_ONCE = 12;
const STEPS = 6;

let database: TestDatabase;
let bare: BareClient;

beforeAll(async () => {
  database = await racingDatabase(AT_ONCE);
  bare = bareClient(database.url, 3 * AT_ONCE);
});
afterAll(async () => {
  await bare?.end();
  await database?.drop();
});
/** Every tenth history goes through the package's own client, the others by a faster one. */
const clientOf = (seed: number): PrismaClient => (seed % 10 === 0 ? database.client : bare.client);
beforeEach(() => {
  vi.stubEnv('AUTH_ENCRYPTION_KEYS', `k1:${key}`);
  vi.stubEnv('AUTH_LOOKUP_KEYS', `p1:${key}`);
  return () => vi.unstubAllEnvs();
});
const key = randomBytes(32).toString('base64');

const newAddress = (at: string) => `${unique().toLowerCase()}@${at}`;

/** An account, however it came to be, and what the thief has of it: any of five things, or none. */
async function beginning(
  client: PrismaClient,
  random: Random,
): Promise<{ world: World; owner: Party; thief: Party }> {
  const [owner, thief] = [party('owner'), party('thief')];
  const home = newAddress('owner.example');
  const isOld = random.chance(0.3);
  const email = isOld ? newAddress('old.example') : home;
  const mailboxes: World['mailboxes'] = new Map();
  const isPlanted = random.chance(0.3);
  const registrar = isPlanted ? thief : owner;
  const password = unique();
  let userId: World['userId'];
  if (random.chance(0.15)) {
    // By an account at a provider that has not proven the address.
    const providerId = unique();
    const login = { provider: 'GITHUB', providerId, email, firstName: 'Grace' } as const;
    const begun = await logInWithOAuth(client, login);
    if (begun.step === 'REFUSED') throw new Error(begun.reason);
    userId = begun.userId;
    registrar.links.add(providerId);
  } else {
    const names = { firstName: 'Grace', lastName: 'Hopper' };
    const { user, verificationToken } = await createAccount(client, {
      email,
      passwordHash: hashOf(password),
      emailVerified: !isPlanted && random.chance(0.7),
      ...names,
    });
    userId = user.id;
    registrar.passwords.add(password);
    if (verificationToken !== null)
      mailboxes.set(email, [{ kind: 'VERIFY', token: verificationToken, about: [] }]);
  }
  const world: World = {
    client,
    random,
    userId,
    home,
    mailboxes,
    nextStep: Math.floor(Date.now() / 30_000) - 9,
  };
  owner.addresses.add(home);
  if (isOld) await moveHome(world, owner, thief, email);
  const { token } = await startSession(client, { userId, loginMethod: 'PASSWORD' });
  owner.sessions.add(token);
  if (random.chance(0.3)) thief.passwords.add(password);
  if (random.chance(0.6)) thief.sessions.add(token);
  if (random.chance(0.3)) thief.links.add(unique());
  if (random.chance(0.3)) {
    // One factor: he has seen the secret of the owner's authenticator.
    await act({ ...world, random: onlyAct('enrol an authenticator') }, owner);
    for (const secret of owner.secrets) thief.secrets.add(secret);
  }
  return { world, owner, thief };
}

/** The account moved to the owner's address long ago. The thief has the old mailbox and what lies in it. */
async function moveHome(world: World, owner: Party, thief: Party, old: string): Promise<void> {
  const { client, userId, home } = world;
  const reset = await issuePasswordReset(client, { userId });
  const verification = await issueEmailVerification(client, userId);
  const { token, undo } = await issueEmailChange(client, { userId, newEmail: home });
  await consumeEmailChange(client, token);
  deliver(world, old, { kind: 'RESET', token: reset.token, about: [] });
  deliver(world, old, { kind: 'VERIFY', token: verification.token, about: [] });
  deliver(world, old, { kind: 'UNDO', token: undo.token, about: [] });
  await letPass(database, 'email_changes', 8 * 86_400, { column: 'user_id', value: userId });
  thief.addresses.add(old);
  owner.addresses.add(home);
}

/** Randomness that picks the one act, and the first of anything else. */
function onlyAct(name: string): Random {
  const random = new Random(name);
  random.chance = () => true;
  random.pick = ((choices: readonly unknown[]) =>
    choices.includes(name) ? name : choices[0]) as Random['pick'];
  return random;
}

/** The owner takes the account back by her mailbox: by the oldest undo that works, and else by a reset. */
async function takeBack(world: World, owner: Party): Promise<string | undefined> {
  const password = unique();
  const passwordHash = hashOf(password);
  const { client } = world;
  const email = await addressOf(world);
  if (email === world.home) await askForReset(world, world.home);
  const kind = email === world.home ? 'RESET' : 'UNDO';
  const consume = kind === 'RESET' ? consumePasswordReset : undoEmailChange;
  const mails = mailOf(world, owner, kind);
  for (const { token } of kind === 'RESET' ? mails.reverse() : mails) {
    const taken = await consume(client, { token, passwordHash }).catch((error: { code?: unknown }) => {
      if (error.code === 'EMAIL_TAKEN') return closeSquatted(world);
      if (error.code === 'TOKEN_INVALID') return undefined;
      throw error;
    });
    if (taken?.user.id !== world.userId) continue;
    owner.passwords.clear();
    owner.passwords.add(password);
    owner.devices.clear();
    owner.devices.add(taken.deviceToken);
    return password;
  }
  return undefined;
}

/**
 * She has proven, by a mailed code, an account that the thief had registered under her address. It is hers: she gets into it
 * by a reset, and closes it before she follows the undo again.
 */
async function closeSquatted({ client, home, userId }: World): Promise<undefined> {
  const [squatted] = await client.$queryRawUnsafe<{ id: World['userId'] }[]>(
    'SELECT id FROM users WHERE email = $1::text AND deleted_at IS NULL',
    home,
  );
  if (squatted !== undefined && squatted.id !== userId) await deleteAccount(client, squatted.id);
}

async function addressOf({ client, userId }: World): Promise<string | undefined> {
  const sql = 'SELECT email FROM users WHERE id = $1::uuid';
  return (await client.$queryRawUnsafe<{ email: string }[]>(sql, userId))[0]?.email;
}

/** One history: returns what went wrong, with what had been done. */
async function history(seed: number): Promise<string[]> {
  const random = new Random('attack', seed);
  const { world, owner, thief } = await beginning(clientOf(seed), random);
  const done: string[] = [];
  for (let step = random.int(2, STEPS); step > 0; step -= 1) {
    const all = [act(world, thief)];
    if (random.chance(0.5)) all.push(act(world, owner));
    if (random.chance(0.5)) all.push(act(world, thief));
    done.push((await Promise.all(all)).join(' | '));
  }
  let password: string | undefined;
  for (let tries = 0; password === undefined && tries < 5; tries += 1) {
    const [taken, ...acts] = await Promise.all([
      takeBack(world, owner),
      act(world, thief),
      act(world, thief),
    ]);
    password = taken;
    done.push(`owner: ${taken === undefined ? 'tries to take' : 'takes'} it back | ${acts.join(' | ')}`);
    // What he began at the same moment is decided by now: he moved the account before, or not at all.
    if ((await addressOf(world)) !== world.home) password = undefined;
  }
  const told = (what: string) => [`history ${seed}: ${what}`, ...done].join('\n  ');
  if (password === undefined) return [told('the owner did not get the account back')];

  world.nextStep = Math.floor(Date.now() / 30_000) + 5;
  const entered = await waysInOf(world, thief, [world.home, ...thief.addresses]);
  if (entered.length > 0) return [told(`the thief gets in by ${[...new Set(entered)].join(', ')}`)];
  const gotIn = owner.sessions.size;
  await logIn({ ...world, random: onlyAct('') }, owner, world.home, password);
  if (owner.sessions.size === gotIn) return [told('the owner does not get in')];
  const session = Array.from(owner.sessions).at(-1);
  const isIn = await asLoggedIn(world, session, async () => 'in');
  return isIn === 'in' ? [] : [told('the owner’s session does not live')];
}

test(
  `in the histories ${FIRST} to ${LAST} the owner of the mailbox ends with the account, and a thief without a way in`,
  async () => {
    const failures: string[] = [];
    let next = FIRST;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let seed = next++; seed <= LAST && failures.length < 5; seed = next++) {
          if (process.env.LONG_TESTS && seed % 500 === 0) console.info(`history ${seed}`);
          failures.push(...(await history(seed)));
        }
      }),
    );
    expect(failures.join('\n\n')).toBe('');
  },
  4 * 3_600_000,
);

test('a thief who has nothing but a name does not learn that a guess was right once the account is locked', async () => {
  const random = new Random('locked');
  for (let round = 0; round < 8; round += 1) {
    const { world, owner } = await beginning(clientOf(round), random);
    const thief = party('thief');
    const [password] = Array.from(owner.passwords);
    if (password === undefined) continue;
    for (let n = 0; n < 5; n += 1) await logIn(world, thief, world.home, unique());

    await logIn(world, thief, world.home, password);

    expect([...thief.pending]).toEqual([]);
    expect(await finish(world, thief, 'unknown')).toBe(false);
  }
});
