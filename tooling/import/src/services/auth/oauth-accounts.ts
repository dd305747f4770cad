import { encrypt } from '@codezest/db-core';
import { uuidOf } from '../../engine/ids.js';
import { type Context, Refusal, type Row, type Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { Values } from '../../values/values.js';

const FROM = 'auth.oauth_accounts';
const PROVIDERS = ['GOOGLE', 'GITHUB', 'MICROSOFT', 'APPLE', 'LINKEDIN', 'FACEBOOK'];

/** A link that was removed must not stay a way in, so what is gone from the source is removed here. */
export const oauthAccounts: Step = {
  name: 'oauth_accounts',
  from: FROM,
  facts: { emailVerified: `SELECT u."emailVerified" FROM "auth.users" u WHERE u."id" = t."userId"` },
  removable: true,
  targets: [{ table: 'oauth_accounts', incomparable: ['access_token', 'refresh_token'] }],
  convert: (row, context) => ({ oauth_accounts: [oauthAccount(row, row, context)] }),
};

/** Counts as the owner's where the address of the account is proven. */
export function oauthAccount(account: JsonObject, owner: JsonObject, { notes, keys }: Context): Row {
  const values = new Values(account, FROM, notes);
  const id = uuidOf(FROM, values.text('id') ?? '');
  const provider = values.member('provider', PROVIDERS, { AZURE: 'MICROSOFT', AZURE_AD: 'MICROSOFT' });
  if (provider === null) throw new Refusal('oauth_provider_unknown');
  const sealed = (column: string, stored: string) => {
    const token = values.text(column);
    return token
      ? encrypt(token, { table: 'oauth_accounts', column: stored, rowId: id }, keys.encryption('auth'))
      : null;
  };
  const accessToken = sealed('accessToken', 'access_token');
  return {
    id,
    user_id: uuidOf('auth.users', values.text('userId') ?? ''),
    provider,
    provider_id: values.text('providerId'),
    access_token: accessToken,
    refresh_token: sealed('refreshToken', 'refresh_token'),
    expires_at: accessToken === null ? null : values.time('expiresAt'),
    proven_at: owner.emailVerified === true ? values.time('createdAt') : null,
    created_at: values.time('createdAt'),
    updated_at: values.time('updatedAt'),
  };
}
