import { derivedUuid } from '../../engine/ids.js';
import { type Context, Refusal, type Row, type Rows, type Step } from '../../engine/step.js';
import type { JsonObject } from '../../json.js';
import { later, millisecondsOf } from '../../values/times.js';
import { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const FROM = 'notifications.notifications';
const TYPES = 'notifications.notification_types';
const CATEGORIES = [
  'ACCOUNT',
  'SECURITY',
  'LEARNING',
  'ASSESSMENT',
  'ACHIEVEMENT',
  'BILLING',
  'SYSTEM',
  'MARKETING',
];
const ALSO = { PAYMENT: 'BILLING', PAYMENTS: 'BILLING', COURSE: 'LEARNING', PROMOTION: 'MARKETING' };

export const types = plainStep('notification_types', TYPES, (values) => ({
  id: values.id('id', TYPES),
  name: values.text('name'),
  slug: values.slug('slug'),
  category: values.member('category', CATEGORIES, ALSO) ?? 'SYSTEM',
  description: values.text('description'),
  email_enabled: values.flag('emailEnabled', true),
  push_enabled: values.flag('pushEnabled', true),
  sms_enabled: values.flag('smsEnabled'),
  in_app_enabled: values.flag('inAppEnabled', true),
  email_template_id: values.text('emailTemplateId'),
  push_template_id: values.text('pushTemplateId'),
  created_at: values.time('createdAt'),
  updated_at: values.time('updatedAt'),
}));

export const settings = plainStep(
  'user_notification_settings',
  'notifications.user_settings',
  (values) => ({
    id: values.id('id', 'notifications.user_settings'),
    user_id: values.id('userId', 'auth.users'),
    type_id: values.id('typeId', TYPES),
    email: choice(values, 'email'),
    push: choice(values, 'push'),
    sms: choice(values, 'sms'),
    in_app: choice(values, 'inApp'),
    created_at: values.time('updatedAt'),
    updated_at: values.time('updatedAt'),
  }),
  { removable: true },
);

function choice(values: Values, column: string): boolean | null {
  const value = values.row[column];
  return typeof value === 'boolean' ? value : null;
}

/** Where the earlier database has the type as a word alone, a type of that name is made. */
export const notifications: Step = {
  name: 'notifications',
  from: FROM,
  removable: true,
  targets: [{ table: 'notifications' }],
  convert,
};

/** Types that are words in the first schema. Before the notifications, because these refer to them. */
export const typesInWords: Step = {
  name: 'notification_types_in_words',
  from: FROM,
  targets: [{ table: 'notification_types', appendOnly: true, also: true }],
  convert(row, { notes }) {
    const word = wordOf(new Values(row, FROM, notes));
    if (word === null) return { notification_types: [] };
    return {
      notification_types: [
        { id: derivedUuid(TYPES, word), name: word, slug: word, category: 'SYSTEM', description: null },
      ],
    };
  },
};

function wordOf(values: Values): string | null {
  return values.text('typeId') ? null : values.slug('type');
}

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const createdAt = values.time('createdAt') ?? '';
  const word = wordOf(values);
  const typeId = values.id('typeId', TYPES) ?? (word === null ? null : derivedUuid(TYPES, word));
  if (typeId === null) throw new Refusal('type_id_missing');
  return { notifications: [{ ...contentOf(values), type_id: typeId, ...timesOf(values, createdAt) }] };
}

function contentOf(values: Values): Row {
  const url = values.text('actionUrl');
  const isKept = url === null || /^(https:\/\/[^\s/\\][^\s\\]*|\/([^\s/\\][^\s\\]*)?)$/.test(url);
  if (!isKept) values.lost('actionUrl', 'neither a path nor a URL of https');
  return {
    id: values.id('id', FROM),
    user_id: values.id('userId', 'auth.users'),
    title: values.text('title'),
    message: values.text('message'),
    data: values.object('data') ?? values.object('metadata'),
    priority:
      values.member('priority', ['LOW', 'MEDIUM', 'HIGH', 'URGENT'], { NORMAL: 'MEDIUM' }) ?? 'MEDIUM',
    action_url: isKept ? url : null,
  };
}

function timesOf(values: Values, createdAt: string): Row {
  const isRead = values.flag('isRead') || values.flag('read') || values.time('readAt') !== null;
  const readAt = isRead ? later(values.time('readAt'), createdAt) : null;
  const expiresAt = values.time('expiresAt');
  const hasEnd = expiresAt !== null && millisecondsOf(expiresAt) > millisecondsOf(createdAt);
  return {
    read_at: readAt,
    seen_at: readAt ?? (values.flag('isSeen') ? createdAt : null),
    expires_at: hasEnd ? expiresAt : null,
    created_at: createdAt,
    updated_at: readAt ?? createdAt,
  };
}
