import { after, DAY, type Person, Random, SEED_NOW, type SeedRow, seedId } from '@codezest/db-core/seed';
import { type TypeSlug, typeIdOf } from './notification-types.js';

/** What a person chose; most leave everything as it is. */
export interface Choices {
  readonly email: boolean;
  readonly push: boolean;
  readonly marketing: boolean;
  readonly digest: 'NEVER' | 'DAILY' | 'WEEKLY';
  /** Minutes after midnight. */
  readonly quietHours: readonly [start: number, end: number] | null;
  /** Types whose e-mail the person has switched off. */
  readonly mutedEmails: readonly TypeSlug[];
  /** Platforms of the devices that take push messages. */
  readonly devices: readonly ('IOS' | 'ANDROID' | 'WEB')[];
}

const models = { IOS: 'iPhone', ANDROID: 'Pixel', WEB: 'Firefox' };

export function choicesOf(person: Person): Choices {
  const random = new Random('notification choices', person.index);
  const devices: Choices['devices'][number][] = [];
  if (random.chance(0.5)) devices.push(random.chance(0.6) ? 'ANDROID' : 'IOS');
  if (random.chance(0.25)) devices.push('WEB');
  return {
    email: random.chance(0.93),
    push: random.chance(0.9),
    marketing: random.chance(0.3),
    digest: random.weighted({ NEVER: 70, WEEKLY: 25, DAILY: 5 }),
    quietHours: random.chance(0.4) ? [22 * 60, 7 * 60] : null,
    mutedEmails: random.chance(0.12) ? ['assignment-graded'] : [],
    devices,
  };
}

export function preferenceRow(person: Person, choices: Choices): SeedRow {
  const [start, end] = choices.quietHours ?? [null, null];
  return {
    id: seedId('NotificationPreference', person.index, person.joinedAt),
    user_id: person.id,
    email: choices.email,
    push: choices.push,
    sms: false,
    in_app: true,
    marketing: choices.marketing,
    digest: choices.digest,
    quiet_hours_start: start,
    quiet_hours_end: end,
    time_zone: choices.quietHours ? person.timezone : null,
    created_at: person.joinedAt,
    updated_at: person.joinedAt,
  };
}

export function settingRows(person: Person, choices: Choices): SeedRow[] {
  return choices.mutedEmails.map((slug) => ({
    id: seedId('UserNotificationSetting', `${person.index}/${slug}`, person.joinedAt),
    user_id: person.id,
    type_id: typeIdOf(slug),
    email: false,
    created_at: person.joinedAt,
    updated_at: person.joinedAt,
  }));
}

/** Tokens of the right shape that no provider has issued and no key can read. */
export function deviceRows(person: Person, choices: Choices): SeedRow[] {
  return choices.devices.map((platform) => {
    const random = new Random('device', person.index, platform);
    const part = (bytes: number) => Buffer.from(random.hex(bytes), 'hex').toString('base64url');
    const registeredAt = after(
      person.joinedAt,
      random.between(0, SEED_NOW.getTime() - person.joinedAt.getTime()),
    );
    return {
      id: seedId('UserDevice', `${person.index}/${platform}`, registeredAt),
      user_id: person.id,
      token_encrypted: `v1.seed.${part(12)}.${part(64)}.${part(16)}`,
      token_hash: Buffer.from(random.hex(32), 'hex'),
      token_hash_key_id: 'seed',
      platform,
      model: models[platform],
      is_active: true,
      last_used_at: after(
        registeredAt,
        Math.min(random.between(0, 30 * DAY), SEED_NOW.getTime() - registeredAt.getTime()),
      ),
      created_at: registeredAt,
      updated_at: registeredAt,
    };
  });
}
