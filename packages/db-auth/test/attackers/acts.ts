import { randomBytes } from 'node:crypto';
import type { SessionId } from '@codezest/db-types';
import {
  changePassword,
  consumeEmailChange,
  consumeEmailVerification,
  consumePasswordReset,
  consumeWaysInConfirmation,
  createAccount,
  disableTwoFactor,
  enableTwoFactor,
  issueEmailChange,
  issueEmailVerification,
  issueWaysInConfirmation,
  linkOAuthAccount,
  proveMailedCode,
  registerPasskey,
  replaceRecoveryCodes,
  rotateSession,
  startTwoFactorEnrolment,
  undoEmailChange,
} from '../../src/index.js';
import {
  askForCode,
  askForReset,
  asLoggedIn,
  byPasskey,
  byProvider,
  deliver,
  finish,
  goOn,
  hashOf,
  logIn,
  mailOf,
  newSecret,
  type Party,
  pickOf,
  unique,
  type World,
} from './world.js';

type Act = (world: World, who: Party) => Promise<unknown>;

/** Where the account may be found: at the owner's address, or where a thief has moved it. */
const someAddress = ({ random, home }: World, { addresses }: Party) =>
  random.pick([home, home, ...addresses]);
const session = ({ random }: World, { sessions }: Party) => pickOf(random, sessions);

/** What anybody does who uses the service, by what is at hand. */
const anybody: Record<string, Act> = {
  'log in': (world, who) =>
    logIn(world, who, someAddress(world, who), pickOf(world.random, who.passwords) ?? 'a guess'),
  guess: (world, who) => logIn(world, who, someAddress(world, who), unique()),
  'go on with a login': async (world, who) => {
    const token = pickOf(world.random, who.pending);
    if (token !== undefined) await finish(world, who, token);
  },
  refresh: async (world, who) => {
    const token = session(world, who);
    if (token === undefined) return;
    const refreshed = await rotateSession(world.client, { token });
    if (refreshed.outcome === 'ROTATED') who.sessions.add(refreshed.token);
  },
  'ask for a mailed code': (world, who) => askForCode(world, who, someAddress(world, who)),
  'type a mailed code': async (world, who) => {
    const mail = pickOf(world.random, mailOf(world, who, 'CODE'));
    const token = mail?.about[0];
    if (mail === undefined || token === undefined || !who.pending.has(token)) return;
    await goOn(world, who, await proveMailedCode(world.client, { token, code: mail.token }));
  },
  'enrol an authenticator': (world, who) => {
    const secret = newSecret();
    return asLoggedIn(world, session(world, who), async (open, userId) => {
      const credentialId = await startTwoFactorEnrolment(open, { userId, secret });
      world.nextStep += 1;
      await enableTwoFactor(open, { userId, credentialId, step: world.nextStep });
      who.secrets.add(secret);
      who.added.add(credentialId);
      await tell(world, open, userId);
    });
  },
  'link an account': (world, who) => {
    const providerId = unique();
    return asLoggedIn(world, session(world, who), async (open, userId) => {
      const { id } = await linkOAuthAccount(open, { userId, provider: 'GITHUB', providerId });
      who.links.add(providerId);
      who.added.add(id);
      await tell(world, open, userId);
    });
  },
  'add a passkey': (world, who) => {
    const credentialId = unique();
    return asLoggedIn(world, session(world, who), async (open, userId) => {
      const { id } = await registerPasskey(open, {
        userId,
        credentialId,
        publicKey: randomBytes(77),
        signCount: 0,
        backupEligible: false,
        backedUp: false,
        userVerified: true,
      });
      who.passkeys.add(credentialId);
      who.added.add(id);
      await tell(world, open, userId);
    });
  },
  'use a passkey': async (world, who) => {
    const passkey = pickOf(world.random, who.passkeys);
    if (passkey !== undefined) await byPasskey(world, who, passkey);
  },
  'use a linked account': async (world, who) => {
    const link = pickOf(world.random, who.links);
    if (link !== undefined) await byProvider(world, who, link, someAddress(world, who));
  },
  'ask for a verification': (world, who) =>
    asLoggedIn(world, session(world, who), async (open, userId) => {
      const { token, email } = await issueEmailVerification(open, userId);
      deliver(world, email, { kind: 'VERIFY', token, about: [] });
    }),
  'follow a verification': async (world, who) => {
    const mail = pickOf(world.random, mailOf(world, who, 'VERIFY'));
    if (mail !== undefined) await consumeEmailVerification(world.client, mail.token);
  },
  'ask for a reset': (world, who) => askForReset(world, someAddress(world, who)),
};

/** A mail to whoever has the mailbox now. It names all that is not confirmed. */
async function tell(
  world: World,
  open: Parameters<typeof issueWaysInConfirmation>[0],
  userId: World['userId'],
) {
  const { token, email, waysIn } = await issueWaysInConfirmation(open, userId);
  deliver(world, email, { kind: 'CONFIRM', token, about: waysIn.map(({ id }) => id) });
}

/** The owner confirms what she recognizes, and nothing where something else is among it. */
const owners: Record<string, Act> = {
  ...anybody,
  confirm: async (world, who) => {
    const mail = mailOf(world, who, 'CONFIRM').at(-1);
    if (mail?.about.every((id) => who.added.has(id)))
      await consumeWaysInConfirmation(world.client, mail.token);
  },
};

const thieves: Record<string, Act> = {
  ...anybody,
  'confirm anything': async (world, who) => {
    const mail = pickOf(world.random, mailOf(world, who, 'CONFIRM'));
    if (mail !== undefined) await consumeWaysInConfirmation(world.client, mail.token);
  },
  'reset the password by mail': async (world, who) => {
    const mail = pickOf(world.random, mailOf(world, who, 'RESET'));
    if (mail === undefined) return;
    const password = unique();
    const { deviceToken } = await consumePasswordReset(world.client, {
      token: mail.token,
      passwordHash: hashOf(password),
    });
    who.passwords.add(password);
    who.devices.add(deviceToken);
  },
  'change the password': (world, who) => {
    const password = unique();
    return asLoggedIn(world, session(world, who), async (open, userId, sessionId) => {
      await changePassword(open, {
        userId,
        passwordHash: hashOf(password),
        exceptSessionId: sessionId as SessionId,
      });
      who.passwords.add(password);
    });
  },
  'switch the second factor off': (world, who) =>
    asLoggedIn(world, session(world, who), (open, userId) => disableTwoFactor(open, userId)),
  'replace the recovery codes': (world, who) =>
    asLoggedIn(world, session(world, who), (open, userId) => replaceRecoveryCodes(open, userId)),
  'ask for a move': (world, who) => {
    const newEmail = `${unique().toLowerCase()}@thief.example`;
    return asLoggedIn(world, session(world, who), async (open, userId) => {
      const { token, email, undo } = await issueEmailChange(open, { userId, newEmail });
      who.addresses.add(email);
      deliver(world, email, { kind: 'MOVE', token, about: [] });
      deliver(world, undo.email, { kind: 'UNDO', token: undo.token, about: [] });
    });
  },
  'move the account': async (world, who) => {
    await thieves['ask for a move']?.(world, who);
    await thieves.move?.(world, who);
    if (world.random.chance(0.5)) await thieves['register the owner’s address']?.(world, who);
  },
  move: async (world, who) => {
    const mail = mailOf(world, who, 'MOVE').at(-1);
    if (mail !== undefined) await consumeEmailChange(world.client, mail.token);
  },
  'undo a move': async (world, who) => {
    const mail = pickOf(world.random, mailOf(world, who, 'UNDO'));
    const password = unique();
    if (mail === undefined) return;
    const { deviceToken } = await undoEmailChange(world.client, {
      token: mail.token,
      passwordHash: hashOf(password),
    });
    who.passwords.add(password);
    who.devices.add(deviceToken);
  },
  'register the owner’s address': (world) =>
    createAccount(world.client, {
      email: world.home,
      passwordHash: hashOf('squatter'),
      firstName: 'Grace',
      lastName: 'Hopper',
    }),
};

/** Half of what thieves do is what they need most. */
const wanted = [
  'log in',
  'refresh',
  'move the account',
  'link an account',
  'add a passkey',
  'change the password',
];

/** A code that says what was wrong. That a value or a row was not taken says that a function did not see it coming. */
const isAnswer = (code: unknown): boolean =>
  typeof code === 'string' &&
  /^[A-Z]+(_[A-Z]+)+$/.test(code) &&
  code !== 'RULE_VIOLATED' &&
  code !== 'VALUE_INVALID';

/** One act at random. What the service refuses with a code is an answer; anything else is a fault of the package. */
export async function act(world: World, who: Party): Promise<string> {
  const acts = who.name === 'owner' ? owners : thieves;
  const isWanted = who.name === 'thief' && world.random.chance(0.5);
  const name = world.random.pick(isWanted ? wanted : Object.keys(acts));
  try {
    await acts[name]?.(world, who);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (!isAnswer(code)) throw error;
  }
  return `${who.name}: ${name}`;
}

/** Everything that the thief has, once more: whatever gets him into the account is named. */
export async function waysInOf(world: World, thief: Party, logins: readonly string[]): Promise<string[]> {
  const got: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    const before = thief.sessions.size;
    const result = await work().catch((error: { code?: unknown }) => {
      if (!isAnswer(error.code)) throw error;
    });
    if (result === true || thief.sessions.size > before) got.push(what);
  };
  const { client } = world;
  for (const token of [...thief.sessions])
    await attempt('a session', async () => (await rotateSession(client, { token })).outcome === 'ROTATED');
  for (const token of [...thief.pending]) await attempt('a pending login', () => finish(world, thief, token));
  for (const id of thief.passkeys) await attempt('a passkey', () => byPasskey(world, thief, id));
  for (const id of thief.links)
    await attempt('a linked account', () =>
      byProvider(world, thief, id, `${unique()}@thief.example`.toLowerCase()),
    );
  for (const password of thief.passwords)
    for (const name of logins) await attempt('a password', () => logIn(world, thief, name, password));
  const passwordHash = hashOf('thief’s');
  const tokens: Record<string, (token: string) => Promise<unknown>> = {
    VERIFY: (token) => consumeEmailVerification(client, token),
    RESET: async (token) => (await consumePasswordReset(client, { token, passwordHash })).user,
    MOVE: (token) => consumeEmailChange(client, token),
    UNDO: async (token) => (await undoEmailChange(client, { token, passwordHash })).user,
    CONFIRM: (token) => consumeWaysInConfirmation(client, token),
  };
  for (const [kind, consume] of Object.entries(tokens))
    for (const { token } of mailOf(world, thief, kind as 'VERIFY'))
      await attempt(`a mail ${kind}`, async () => {
        // Also accounts of his own have mail: what counts is whose it was.
        const consumed = await consume(token);
        return typeof consumed === 'number' || (consumed as { id: string }).id === world.userId;
      });
  return got;
}
