import { uuidOf } from '../../engine/ids.js';
import type { Context, Rows, Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { hashOfToken } from '../../values/secrets.js';
import { atMost, DAY_MS, millisecondsOf, timeOf } from '../../values/times.js';
import { Values } from '../../values/values.js';

const FROM = 'auth.sessions';
const LONGEST_MS = 90 * DAY_MS;

/**
 * Sessions go on with the token that the browser has, each as a login of its own, until their end or 90 days after their
 * beginning. What has ended here stays ended, and one that was deleted there ends here.
 */
export const sessions: Step = {
  name: 'sessions',
  from: FROM,
  facts: { hasPassword: `SELECT u."password" IS NOT NULL FROM "auth.users" u WHERE u."id" = t."userId"` },
  removable: true,
  targets: [
    {
      table: 'sessions',
      set: {
        revoked_at: 'coalesce(t.revoked_at, excluded.revoked_at)',
        revoked_reason: 'coalesce(t.revoked_reason, excluded.revoked_reason)',
      },
      incomparable: ['revoked_at', 'revoked_reason', 'updated_at'],
    },
  ],
  convert,
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const id = uuidOf(FROM, values.text('id') ?? '');
  const createdAt = values.time('createdAt') ?? '';
  const expiresAt = values.time('expiresAt') ?? '';
  const end = atMost(expiresAt, createdAt, LONGEST_MS);
  if (end !== expiresAt) values.changed('expiresAt', 'ends 90 days after its beginning');
  const revokedAt = values.time('revokedAt');
  return {
    sessions: [
      {
        id,
        user_id: uuidOf('auth.users', values.text('userId') ?? ''),
        token_hash: hashOfToken(values.text('token') ?? ''),
        family_id: id,
        login_method: row.hasPassword === false ? 'OAUTH' : 'PASSWORD',
        expires_at: end,
        family_expires_at: timeOf(millisecondsOf(createdAt) + LONGEST_MS),
        last_used_at: createdAt,
        ip_address: values.address('ipAddress'),
        user_agent: values.cut('userAgent', 1024),
        revoked_at: revokedAt,
        revoked_reason: revokedAt === null ? null : 'LOGOUT',
        created_at: createdAt,
        updated_at: revokedAt ?? createdAt,
      },
    ],
  };
}
