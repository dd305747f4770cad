import type { ConstraintCase } from '@codezest/constraint-tests';
import { envelope, id, oauthAccount, otherUser, user } from './rows.js';

export const oauth: ConstraintCase[] = [
  { object: 'oauth_accounts_user_id_fkey', refused: oauthAccount(), allowed: user() + oauthAccount() },
  {
    object: 'oauth_accounts_provider_provider_id_key',
    given: user() + otherUser() + oauthAccount(),
    refused: oauthAccount({ id: id(2), user_id: id(2) }),
    allowed: oauthAccount({ id: id(2), user_id: id(2), provider: 'GOOGLE' }),
  },
  {
    object: 'oauth_accounts_provider_id_not_blank_check',
    given: user(),
    refused: oauthAccount({ provider_id: ' ' }),
    allowed: oauthAccount({ provider_id: '0' }),
  },
  ...['access_token', 'refresh_token'].map((column) => ({
    object: `oauth_accounts_${column}_encrypted_check`,
    given: user(),
    refused: oauthAccount({ [column]: 'gho_16C7e42F292c6912E7710c838347Ae178B4a' }),
    allowed: oauthAccount({ [column]: envelope }),
  })),
  {
    object: 'oauth_accounts_expires_at_check',
    given: user(),
    refused: oauthAccount({ expires_at: '2026-01-01', refresh_token: envelope }),
    allowed: oauthAccount({ expires_at: '2026-01-01', access_token: envelope }),
  },
];
