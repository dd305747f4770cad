import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectiveChannels } from '../src/effective-channels.js';
import type { Prisma } from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';

type TypeValues = Partial<Prisma.NotificationTypeCreateInput>;
type SettingValues = Partial<Prisma.UserNotificationSettingUncheckedCreateInput>;
type PreferenceValues = Partial<Prisma.NotificationPreferenceCreateInput>;

const ada = '01900000-0000-7000-8000-000000000001' as UserId;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** Everything of one case lives in a transaction that is rolled back. */
async function channels(given: {
  type?: TypeValues;
  setting?: SettingValues;
  preference?: PreferenceValues;
}) {
  const undo = new Error('undo');
  let result: string[] = [];
  await database.client
    .$transaction(async (transaction) => {
      const { id: typeId } = await transaction.notificationType.create({
        data: { name: 'Graded', slug: 'graded', category: 'ASSESSMENT', ...given.type },
      });
      if (given.setting)
        await transaction.userNotificationSetting.create({ data: { userId: ada, typeId, ...given.setting } });
      if (given.preference)
        await transaction.notificationPreference.create({ data: { userId: ada, ...given.preference } });
      result = await effectiveChannels(transaction, { userId: ada, typeSlug: 'graded' });
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return result;
}

describe('effective channels', () => {
  it.each<[string, Parameters<typeof channels>[0], string[]]>([
    ['the type’s defaults for who chose nothing', {}, ['IN_APP', 'EMAIL', 'PUSH']],
    ['no SMS without the user’s own wish', { type: { smsEnabled: true } }, ['IN_APP', 'EMAIL', 'PUSH']],
    [
      'SMS with it',
      { type: { smsEnabled: true }, preference: { sms: true } },
      ['IN_APP', 'EMAIL', 'PUSH', 'SMS'],
    ],
    ['not what the setting has off', { setting: { email: false } }, ['IN_APP', 'PUSH']],
    [
      'what the setting has on although the type has it off',
      { type: { emailEnabled: false }, setting: { email: true } },
      ['IN_APP', 'EMAIL', 'PUSH'],
    ],
    [
      'not what the preference has off, even if the setting has it on',
      { setting: { push: true }, preference: { push: false } },
      ['IN_APP', 'EMAIL'],
    ],
    [
      'a mandatory type’s defaults whatever was chosen',
      {
        type: { isMandatory: true, pushEnabled: false },
        setting: { email: false, push: true },
        preference: { inApp: false },
      },
      ['IN_APP', 'EMAIL'],
    ],
    ['no marketing without consent', { type: { category: 'MARKETING' } }, []],
    [
      'marketing with consent',
      { type: { category: 'MARKETING' }, preference: { marketing: true, push: false } },
      ['IN_APP', 'EMAIL'],
    ],
    ['nothing for an unknown type', { type: { slug: 'other' } }, []],
  ])('are %s', async (_, given, expected) => {
    expect(await channels(given)).toEqual(expected);
  });

  it('are asked for outside a transaction as well', async () => {
    expect(await effectiveChannels(database.client, { userId: ada, typeSlug: 'unknown' })).toEqual([]);
  });
});
