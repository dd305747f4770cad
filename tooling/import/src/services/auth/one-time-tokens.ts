import { keyedHash } from '@codezest/db-core';
import { uuidOf } from '../../engine/ids.js';
import type { Context, Row, Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { bytesOf, hashOfToken } from '../../values/secrets.js';
import { atMost, DAY_MS, millisecondsOf, timeOf } from '../../values/times.js';
import { Values } from '../../values/values.js';

/**
 * Links in mails. A user has one of each kind that works, so those of a user are judged together: the newest that was not
 * used goes on working, the others count as used. The first target says whose they are.
 */
function tokens(
  table: string,
  from: string,
  row: (values: Values, isLive: boolean, owner: JsonObject, context: Context) => Row,
  isUsed: (values: Values) => boolean,
): Step {
  return {
    name: table,
    from: 'auth.users',
    along: { tokens: { from, by: 'userId' } },
    targets: [
      {
        table,
        set: { consumed_at: 'coalesce(t.consumed_at, excluded.consumed_at)' },
        incomparable: ['consumed_at'],
      },
    ],
    convert(owner, context) {
      const own = new Values(owner, from, context.notes)
        .along('tokens')
        .map((token) => new Values(token, from, context.notes))
        .sort((a, b) => ((a.time('createdAt') ?? '') < (b.time('createdAt') ?? '') ? -1 : 1));
      const newest = own.filter((values) => !isUsed(values)).at(-1);
      return { [table]: own.map((values) => row(values, values === newest, owner, context)) };
    },
  };
}

function common(values: Values, from: string, consumedAt: string | null): Row {
  return {
    id: uuidOf(from, values.text('id') ?? ''),
    user_id: uuidOf('auth.users', values.text('userId') ?? ''),
    token_hash: hashOfToken(values.text('token') ?? ''),
    consumed_at: consumedAt,
    created_at: values.time('createdAt'),
    updated_at: consumedAt ?? values.time('createdAt'),
  };
}

const emailOf = (owner: JsonObject, { notes }: Context) =>
  new Values(owner, 'auth.users', notes).email('email');

export const passwordResets: Step = tokens(
  'password_resets',
  'auth.password_resets',
  (values, isLive, owner, context) => {
    const createdAt = values.time('createdAt') ?? '';
    return {
      ...common(values, 'auth.password_resets', isLive ? null : (values.time('usedAt') ?? createdAt)),
      email: emailOf(owner, context),
      expires_at: atMost(values.time('expiresAt') ?? createdAt, createdAt, DAY_MS),
      ip_address: values.address('ipAddress'),
      user_agent: values.cut('userAgent', 1024),
    };
  },
  (values) => values.flag('used'),
);

/** The earlier ones had no end. */
export const emailVerifications: Step = tokens(
  'email_verifications',
  'auth.email_verifications',
  (values, isLive, owner, context) => {
    const createdAt = values.time('createdAt') ?? '';
    return {
      ...common(values, 'auth.email_verifications', isLive ? null : (values.time('verifiedAt') ?? createdAt)),
      email: emailOf(owner, context),
      expires_at: timeOf(millisecondsOf(createdAt) + DAY_MS),
    };
  },
  (values) => values.flag('verified'),
);

/** Nobody was sent a link to undo these: its hash is a keyed one, of which nobody knows a token, and it counts as used. */
export const emailChanges: Step = tokens(
  'email_changes',
  'auth.email_changes',
  (values, isLive, _owner, { keys }) => {
    const createdAt = values.time('createdAt') ?? '';
    const id = values.text('id') ?? '';
    return {
      ...common(values, 'auth.email_changes', isLive ? null : createdAt),
      old_email: values.email('oldEmail'),
      new_email: values.email('newEmail'),
      expires_at: atMost(values.time('expiresAt') ?? createdAt, createdAt, DAY_MS),
      undo_token_hash: bytesOf(keyedHash(id, 'email_changes.undo', keys.lookup('auth'))),
      undo_expires_at: timeOf(millisecondsOf(createdAt) + 2 * DAY_MS),
      undo_consumed_at: createdAt,
    };
  },
  (values) => values.flag('verified'),
);
