/** SQL values by column; each case says only what it is about. */
type Values = Record<string, string>;

export const USER = "'01900000-0000-7000-8000-000000000001'";
export const OTHER_USER = "'01900000-0000-7000-8000-000000000002'";
export const TYPE = "'01900000-0000-7000-8000-00000000000a'";
export const NOTIFICATION = "'01900000-0000-7000-8000-00000000000b'";

export const CREATED = "'2026-10-01 12:00Z'";
export const LATER = "'2026-10-01 12:05Z'";
export const EARLIER = "'2026-10-01 11:55Z'";

function insert(table: string, values: Values): string {
  return insertInto(table, {
    id: 'gen_random_uuid()',
    created_at: CREATED,
    updated_at: CREATED,
    ...values,
  });
}

function insertInto(table: string, values: Values): string {
  return `INSERT INTO ${table} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')});`;
}

export const type = (values: Values = {}): string =>
  insert('notification_types', { name: "'Graded'", slug: "'graded'", category: "'ASSESSMENT'", ...values });

export const setting = (values: Values = {}): string =>
  insert('user_notification_settings', { user_id: USER, type_id: TYPE, ...values });

export const preference = (values: Values = {}): string =>
  insert('notification_preferences', { user_id: USER, ...values });

export const notification = (values: Values = {}): string =>
  insert('notifications', {
    user_id: USER,
    type_id: TYPE,
    title: "'Graded'",
    message: "'92 of 100'",
    ...values,
  });

export const occurrence = (values: Values = {}): string =>
  insertInto('notification_occurrences', {
    id: 'gen_random_uuid()',
    notification_id: NOTIFICATION,
    user_id: USER,
    ...values,
  });

export const delivery = (values: Values = {}): string =>
  insert('notification_deliveries', { notification_id: NOTIFICATION, channel: "'EMAIL'", ...values });

export const recipient = (values: Values = {}): string =>
  insert('recipients', {
    user_id: USER,
    email: "'ada@example.com'",
    first_name: "'Ada'",
    last_name: "'Okafor'",
    version: '3',
    ...values,
  });

export const suppression = (values: Values = {}): string =>
  insertInto('suppressions', {
    id: 'gen_random_uuid()',
    created_at: CREATED,
    channel: "'EMAIL'",
    address: "'ada@example.com'",
    reason: "'BOUNCE'",
    ...values,
  });

export const broadcast = (values: Values = {}): string =>
  insert('broadcasts', {
    type_id: TYPE,
    title: "'News'",
    message: "'Read them.'",
    total: '5',
    ...values,
  });

export const dailySend = (values: Values = {}): string =>
  insertInto('daily_sends', {
    user_id: USER,
    channel: "'EMAIL'",
    day: "'2026-10-01'",
    sent: '2',
    granted: '1',
    ...values,
  });

export const device = (values: Values = {}): string =>
  insert('user_devices', {
    user_id: USER,
    token_encrypted: "'v1.k1.bm9uY2U.Y2lwaGVydGV4dA.dGFn'",
    token_hash: "sha256('token')",
    token_hash_key_id: "'h1'",
    platform: "'IOS'",
    ...values,
  });

export const email = (values: Values = {}): string =>
  insert('email_logs', {
    user_id: USER,
    to_address: "'ada@example.com'",
    template_id: "'graded'",
    subject: "'Graded'",
    ...values,
  });

/** The type that `setting` and `notification` name. */
export const givenType = type({ id: TYPE });

/** The notification that `delivery` names. */
export const givenNotification = givenType + notification({ id: NOTIFICATION });

/** What each status demands of a delivery's other columns. */
export const states = {
  pending: { status: "'PENDING'", next_attempt_at: LATER },
  held: { status: "'HELD'", next_attempt_at: LATER },
  digested: { status: "'DIGESTED'", next_attempt_at: 'NULL' },
  sending: {
    status: "'SENDING'",
    next_attempt_at: 'NULL',
    attempts: '1',
    claimed_at: LATER,
    worker: "'worker 1'",
    lease_expires_at: LATER,
  },
  sent: { status: "'SENT'", next_attempt_at: 'NULL', attempts: '1', sent_at: LATER },
  delivered: {
    status: "'DELIVERED'",
    next_attempt_at: 'NULL',
    attempts: '1',
    sent_at: LATER,
    delivered_at: LATER,
  },
  failed: {
    status: "'FAILED'",
    next_attempt_at: 'NULL',
    attempts: '1',
    failed_at: LATER,
    error_code: "'UNREACHABLE'",
  },
  canceled: {
    status: "'CANCELED'",
    next_attempt_at: 'NULL',
    canceled_at: LATER,
    cancel_reason: "'EXPIRED'",
  },
} satisfies Record<string, Values>;

/** What each status demands of an e-mail's other columns. */
export const emailStates = {
  sent: { status: "'SENT'", provider: "'SES'", sent_at: LATER },
  delivered: { status: "'DELIVERED'", provider: "'SES'", sent_at: LATER, delivered_at: LATER },
  bounced: {
    status: "'BOUNCED'",
    provider: "'SES'",
    sent_at: LATER,
    bounced_at: LATER,
    error_code: "'NO_MAILBOX'",
  },
  complained: { status: "'COMPLAINED'", provider: "'SES'", sent_at: LATER, complained_at: LATER },
  failed: { status: "'FAILED'", failed_at: LATER, error_code: "'REJECTED'" },
} satisfies Record<string, Values>;
