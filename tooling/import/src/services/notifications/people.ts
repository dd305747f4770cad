import { parseLocale } from '@codezest/db-types';
import { derivedUuid, uuidOf } from '../../engine/ids.js';
import { type Context, Refusal, type Rows, type Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { Values } from '../../values/values.js';
import { namesOf } from '../names.js';

const USERS = 'auth.users';
const PROFILES = 'auth.user_profiles';
const PREFERENCES = 'notifications.notification_preferences';

/** This service's own copy of a person, at version 0: what auth tells later is newer. A closed account gets no mail. */
export const recipients: Step = {
  name: 'recipients',
  from: USERS,
  along: { profiles: { from: PROFILES, by: 'userId' } },
  targets: [
    {
      table: 'recipients',
      key: ['user_id'],
      set: { id: 't.id', version: 't.version' },
      // What auth has told since is newer; a row of its version cannot change.
      replacedIf: 't.version = 0',
      incomparable: ['id', 'version'],
    },
  ],
  convert: recipient,
  afterwards: {
    rows: 'closed',
    sql: 'DELETE FROM recipients USING jsonb_to_recordset($1::jsonb) AS g(user_id uuid) WHERE recipients.user_id = g.user_id',
  },
};

function recipient(row: JsonObject, { notes, facts }: Context): Rows {
  const values = new Values(row, USERS, notes);
  const sourceId = values.text('id') ?? '';
  const userId = uuidOf(USERS, sourceId);
  if (values.time('deletedAt') !== null) return { closed: [{ user_id: userId }] };
  const email = values.email('email');
  if (email === null) throw new Refusal('recipients_email_check');
  if (facts.emailLosers.has(sourceId)) throw new Refusal('users_email_key');
  const profile = new Values(values.along('profiles')[0] ?? {}, PROFILES, notes);
  return {
    recipients: [
      {
        id: derivedUuid('notifications.recipients', userId),
        user_id: userId,
        email,
        ...(namesOf(values) ?? { first_name: '', last_name: '' }),
        phone: profile.phone('phone'),
        locale: localeOf(profile),
        time_zone: profile.timeZone('timezone') ?? 'UTC',
        version: 0,
        email_opens: profile.atLeast('emailOpens', 0) ?? 0,
        email_clicks: profile.atLeast('emailClicks', 0) ?? 0,
        last_email_sent: profile.time('lastEmailSent'),
        last_email_opened: profile.time('lastEmailOpened'),
        created_at: values.time('createdAt'),
        updated_at: values.time('updatedAt'),
      },
    ],
  };
}

function localeOf(profile: Values): string {
  const locale = profile.object('preferences')?.locale;
  try {
    return typeof locale === 'string' ? parseLocale(locale) : 'en';
  } catch {
    return 'en';
  }
}

/** What stood in the account, and the table of preferences where the earlier database still has it. */
export const preferences: Step = {
  name: 'notification_preferences',
  from: USERS,
  along: { preferences: { from: PREFERENCES, by: 'userId' } },
  targets: [
    { table: 'notification_preferences', key: ['user_id'], set: { id: 't.id' }, incomparable: ['id'] },
  ],
  convert(row, { notes }) {
    const values = new Values(row, USERS, notes);
    const userId = uuidOf(USERS, values.text('id') ?? '');
    const given = new Values(values.along('preferences')[0] ?? {}, PREFERENCES, notes);
    return {
      notification_preferences: [
        {
          id: given.id('id', PREFERENCES) ?? derivedUuid('notifications.preferences', userId),
          user_id: userId,
          email: values.flag('emailNotifications', true) && given.flag('email', true),
          push: given.flag('push', true),
          sms: given.flag('sms'),
          marketing: values.flag('marketingEmails'),
          created_at: given.time('createdAt') ?? values.time('createdAt'),
          updated_at: given.time('updatedAt') ?? values.time('updatedAt'),
        },
      ],
    };
  },
};
