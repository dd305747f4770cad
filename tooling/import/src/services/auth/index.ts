import type { ServiceImport } from '../../engine/step.js';
import { loginHistory } from './login-history.js';
import { oauthAccounts } from './oauth-accounts.js';
import { emailChanges, emailVerifications, passwordResets } from './one-time-tokens.js';
import { profiles } from './profiles.js';
import { sessions } from './sessions.js';
import { users } from './users.js';

export const auth: ServiceImport = {
  service: 'auth',
  steps: async () => [
    users,
    oauthAccounts,
    profiles,
    sessions,
    loginHistory,
    passwordResets,
    emailVerifications,
    emailChanges,
  ],
};
