import { type Person, type Seed, type SeedContext, type SeedRow, seedId } from '@codezest/db-core/seed';
import { choicesOf, deviceRows, preferenceRow, settingRows } from './choices.js';
import { type Inbox, inboxOf } from './inbox.js';
import { seedNotificationTypes } from './notification-types.js';

/** What the shared cast was told on their way, over which channels, and what they chose. */
export const seed: Seed = {
  steps: [
    { name: 'types', run: seedNotificationTypes },
    { name: 'people and inboxes', commit: 'batch', run: seedPeople },
  ],
};

/** So many people at a time: each inbox is worked out once for the tables that it fills, in the order of their keys. */
const peoplePerGroup = 250;

async function seedPeople(context: SeedContext): Promise<void> {
  let group: Person[] = [];
  for (const person of context.people()) {
    group.push(person);
    if (group.length < peoplePerGroup) continue;
    await seedGroup(context, group);
    group = [];
  }
  await seedGroup(context, group);
}

async function seedGroup({ insert }: SeedContext, group: readonly Person[]): Promise<void> {
  const members = group.map((person) => {
    const choices = choicesOf(person);
    return { person, choices, inbox: inboxOf(person, choices) };
  });
  const rowsOf = (rows: (member: (typeof members)[number]) => SeedRow[]) => members.flatMap(rows);

  await insert(
    'recipients',
    rowsOf(({ person, inbox }) => [recipientRow(person, inbox)]),
  );
  await insert(
    'notification_preferences',
    rowsOf(({ person, choices }) => [preferenceRow(person, choices)]),
  );
  await insert(
    'user_notification_settings',
    rowsOf(({ person, choices }) => settingRows(person, choices)),
  );
  await insert(
    'user_devices',
    rowsOf(({ person, choices }) => deviceRows(person, choices)),
  );
  await insert(
    'notifications',
    rowsOf(({ inbox }) => inbox.notifications),
  );
  await insert(
    'notification_keys',
    rowsOf(({ inbox }) => inbox.keys),
  );
  await insert(
    'suppressions',
    rowsOf(({ person }) => suppressionRows(person)),
  );
  await insert(
    'notification_deliveries',
    rowsOf(({ inbox }) => inbox.deliveries),
  );
  await insert(
    'email_logs',
    rowsOf(({ inbox }) => inbox.emails),
  );
}

/** Of some the mailbox is gone. */
function suppressionRows(person: Person): SeedRow[] {
  if (person.index % 9 !== 7) return [];
  const id = seedId('Suppression', person.index, person.joinedAt);
  return [{ id, channel: 'EMAIL', address: person.email, reason: 'BOUNCE', created_at: person.joinedAt }];
}

function recipientRow(person: Person, inbox: Inbox): SeedRow {
  return {
    id: seedId('Recipient', person.index, person.joinedAt),
    user_id: person.id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    locale: person.locale,
    time_zone: person.timezone,
    // The account's: its profile, which has the time zone, came after it.
    version: 2,
    email_opens: inbox.emailOpens,
    email_clicks: inbox.emailClicks,
    last_email_sent: inbox.lastEmailSent,
    last_email_opened: inbox.lastEmailOpened,
    created_at: person.joinedAt,
    updated_at: inbox.lastEmailOpened ?? inbox.lastEmailSent ?? person.joinedAt,
  };
}
