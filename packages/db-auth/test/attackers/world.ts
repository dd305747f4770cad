import { createHash, randomBytes } from 'node:crypto';
import type { Random } from '@codezest/db-core/seed';
import type { UserId } from '@codezest/db-types';
import {
  beginLogin,
  beginMailedLogin,
  beginSecondFactor,
  completeLogin,
  type LoginStep,
  lockSession,
  logInWithOAuth,
  logInWithPasskey,
  type PrismaClient,
  provePassword,
  proveSecondFactor,
  requestPasswordReset,
  type TransactionClient,
  transaction,
} from '../../src/index.js';

/** A hash in bcrypt's form: in this model a password is right where its hash is the one that is handed out. */
export const hashOf = (password: string) =>
  `$2b$12$${createHash('sha512').update(password).digest('hex').slice(0, 53)}`;
const DECOY = hashOf('nobody’s');

export interface Mail {
  readonly kind: 'VERIFY' | 'RESET' | 'MOVE' | 'UNDO' | 'CONFIRM' | 'CODE';
  readonly token: string;
  /** Of CONFIRM: ids of what it names. Of CODE: the browser's token. */
  readonly about: readonly string[];
}

/** Everything outside the database: mailboxes, authenticators, and what the service answers. */
export interface World {
  readonly client: PrismaClient;
  readonly random: Random;
  readonly userId: UserId;
  /** The owner's address, for good. */
  readonly home: string;
  readonly mailboxes: Map<string, Mail[]>;
  /** The next step of any authenticator: each login takes a later one, as time would. */
  nextStep: number;
}

/** What one party has. The owner and the thief act by the same routes of the same service. */
export interface Party {
  readonly name: 'owner' | 'thief';
  readonly passwords: Set<string>;
  readonly addresses: Set<string>;
  readonly sessions: Set<string>;
  readonly devices: Set<string>;
  readonly pending: Set<string>;
  /** Secrets of authenticators. */
  readonly secrets: Set<string>;
  readonly passkeys: Set<string>;
  /** Ids at GitHub. */
  readonly links: Set<string>;
  /** Ids of ways in that this party has added, and will recognize in a mail. */
  readonly added: Set<string>;
}

export const party = (name: Party['name']): Party => ({
  name,
  passwords: new Set(),
  addresses: new Set(),
  sessions: new Set(),
  devices: new Set(),
  pending: new Set(),
  secrets: new Set(),
  passkeys: new Set(),
  links: new Set(),
  added: new Set(),
});

export const pickOf = <T>(random: Random, choices: Iterable<T>): T | undefined => {
  const list = [...choices];
  return list.length === 0 ? undefined : random.pick(list);
};

export function deliver(world: World, address: string, mail: Mail): void {
  world.mailboxes.set(address, [...(world.mailboxes.get(address) ?? []), mail]);
}

/** What the party can read, wherever it was sent. */
export const mailOf = (world: World, { addresses }: Party, kind: Mail['kind']): Mail[] =>
  [...addresses]
    .flatMap((address) => world.mailboxes.get(address) ?? [])
    .filter((mail) => mail.kind === kind);

/** POST /login. What anybody is told of a refusal is one thing, whatever the reason; the model sees that it is. */
export async function logIn(world: World, who: Party, name: string, password: string): Promise<void> {
  const { client, random } = world;
  const deviceToken = random.chance(0.7) ? (pickOf(random, who.devices) ?? null) : null;
  const begun = await beginLogin(client, { emailOrUsername: name, decoyHash: DECOY, deviceToken });
  const step = await provePassword(client, {
    answerAfterMs: 0,
    token: begun.token,
    isRight: begun.passwordHash === hashOf(password),
  });
  if (step.step === 'REFUSED') {
    if (step.canRetry) throw new Error('A refusal of a password says that it can be tried again.');
    return;
  }
  if (begun.passwordHash === DECOY) throw new Error('A password was right that was compared with the decoy.');
  await goOn(world, who, step);
}

/** From the first factor to the session, as far as the party gets. */
export async function goOn(world: World, who: Party, step: LoginStep): Promise<boolean> {
  if (step.step === 'REFUSED') return false;
  who.pending.add(step.token);
  return finish(world, who, step.token);
}

export async function finish(world: World, who: Party, token: string): Promise<boolean> {
  const { client } = world;
  let login = await completeLogin(client, { token, acceptUnverified: true });
  if (login.step === 'SECOND_FACTOR') {
    const { credentialId, secret } = await beginSecondFactor(client, token);
    world.nextStep += 1;
    const code = who.secrets.has(secret) ? world.nextStep : null;
    const proven = await proveSecondFactor(client, { token, credentialId, step: code });
    if (proven.step === 'REFUSED') return false;
    login = await completeLogin(client, { token, acceptUnverified: true });
  }
  if (login.step !== 'COMPLETE') return false;
  if (login.user.id !== world.userId) return false;
  who.sessions.add(login.token);
  if (login.deviceToken !== null) who.devices.add(login.deviceToken);
  return true;
}

/** A request with a session that changes something: nothing happens where the session has ended. */
export function asLoggedIn(
  world: World,
  token: string | undefined,
  change: (open: TransactionClient, userId: UserId, sessionId: string) => Promise<unknown>,
): Promise<unknown> {
  if (token === undefined) return Promise.resolve();
  return transaction(world.client, async (open) => {
    const request = await lockSession(open, token);
    return request && change(open, request.user.id, request.session.id);
  });
}

export async function askForReset(world: World, address: string): Promise<void> {
  const reset = await requestPasswordReset(world.client, { email: address, answerAfterMs: 0 });
  if (reset !== null) deliver(world, reset.email, { kind: 'RESET', token: reset.token, about: [] });
}

export async function askForCode(world: World, who: Party, address: string): Promise<void> {
  const { token, mail } = await beginMailedLogin(world.client, { email: address, answerAfterMs: 0 });
  who.pending.add(token);
  if (mail !== null) deliver(world, mail.email, { kind: 'CODE', token: mail.code, about: [token] });
}

export const byProvider = async (world: World, who: Party, providerId: string, email: string) =>
  goOn(
    world,
    who,
    await logInWithOAuth(world.client, { provider: 'GITHUB', providerId, email, firstName: 'Grace' }),
  );

export const byPasskey = async (world: World, who: Party, credentialId: string) =>
  goOn(
    world,
    who,
    await logInWithPasskey(world.client, {
      credentialId,
      signCount: 0,
      backedUp: false,
      userVerified: true,
    }),
  );

export const unique = () => randomBytes(9).toString('base64url');
/** As an authenticator shows it, so that it does not differ from a decoy. */
export const newSecret = () => randomBytes(20).toString('hex').toUpperCase();
