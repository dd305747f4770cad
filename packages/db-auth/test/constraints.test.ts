import { describeConstraints } from '@codezest/constraint-tests';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing.js';
import { erasure } from './constraints/erasure.js';
import { eventEffects, events } from './constraints/events.js';
import { accessEffects, logins } from './constraints/logins.js';
import { oauth } from './constraints/oauth.js';
import { oneTimeTokens } from './constraints/one-time-tokens.js';
import { passkeys } from './constraints/passkeys.js';
import { profiles } from './constraints/profiles.js';
import { sessions } from './constraints/sessions.js';
import { traces } from './constraints/traces.js';
import { twoFactor } from './constraints/two-factor.js';
import { users } from './constraints/users.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

describeConstraints({
  database: () => database,
  cases: [
    ...users,
    ...profiles,
    ...sessions,
    ...traces,
    ...logins,
    ...oauth,
    ...passkeys,
    ...oneTimeTokens,
    ...twoFactor,
    ...erasure,
    ...events,
  ],
  effects: [...accessEffects, ...eventEffects],
});
