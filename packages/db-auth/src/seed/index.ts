import { type Seed, untoldEvents } from '@codezest/db-core/seed';
import { seedAccounts } from './accounts.js';
import { seedLeads } from './leads.js';
import { seedOneTimeTokens } from './one-time-tokens.js';
import { seedProfiles } from './profiles.js';
import { seedLoginHistory, seedSessions } from './sessions.js';

/** The shared cast as people with accounts here: profiles, logins over months, the sessions of the last weeks. */
export const seed: Seed = {
  peopleTable: 'users',
  steps: [
    { name: 'accounts', run: seedAccounts },
    { name: 'profiles', run: seedProfiles },
    { name: 'leads', run: seedLeads },
    { name: 'sessions', run: seedSessions },
    { name: 'login history', run: seedLoginHistory },
    { name: 'one-time tokens', run: seedOneTimeTokens },
    untoldEvents,
  ],
};
