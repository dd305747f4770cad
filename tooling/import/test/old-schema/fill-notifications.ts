import { idSql } from './ids.js';

const user = (n: string) => idSql('users', n);

export function fillNotifications(users: number): string[] {
  const each = `generate_series(1, ${users}) AS n`;
  return [
    `INSERT INTO "notifications.notification_types" ("id", "name", "slug", "category", "createdAt", "updatedAt")
     SELECT ${idSql('types', 'n')}, 'Type ' || n, 'TYPE_' || n, CASE n WHEN 1 THEN 'payment' ELSE 'learning' END, timestamp '2025-01-01', timestamp '2025-01-01'
     FROM generate_series(1, 6) AS n`,
    `INSERT INTO "notifications.notification_preferences" ("id", "userId", "email", "push", "sms", "updatedAt")
     SELECT ${idSql('preferences', 'n')}, ${user('n')}, true, n % 2 = 0, true, timestamp '2026-01-01' FROM ${each} WHERE n % 10 = 1`,
    `INSERT INTO "notifications.user_settings" ("id", "userId", "typeId", "email", "updatedAt")
     SELECT ${idSql('settings', 'n')}, ${user('n')}, ${idSql('types', '1 + n % 6')}, n % 2 = 0, timestamp '2026-01-01' FROM ${each}`,
    `INSERT INTO "notifications.notifications" ("id", "userId", "typeId", "title", "message", "data", "priority", "isRead", "readAt", "isSeen",
       "actionUrl", "createdAt", "expiresAt")
     SELECT ${idSql('notifications', 'n * 4 + k')}, ${user('n')}, ${idSql('types', '1 + (n + k) % 6')}, 'Title', 'Message ' || n, '{"a":1}',
       CASE k WHEN 0 THEN 'HIGH' ELSE 'MEDIUM' END, k < 2, CASE WHEN k = 0 THEN timestamp '2026-06-02' END, k = 2,
       CASE k WHEN 0 THEN '/courses' WHEN 1 THEN 'https://app.example.com/x' WHEN 2 THEN 'javascript:alert(1)' END,
       timestamp '2026-06-01' + k * interval '1 minute', CASE WHEN k = 3 THEN timestamp '2027-01-01' END
     FROM ${each}, generate_series(0, 3) AS k`,
    `INSERT INTO "notifications.user_devices" ("id", "userId", "token", "platform", "model", "updatedAt")
     SELECT ${idSql('devices', 'n')}, ${user('n')}, upper(encode(sha256(n::text::bytea), 'hex')), 'ios', 'Phone', timestamp '2026-01-01'
     FROM ${each} WHERE n % 2 = 0`,
    `INSERT INTO "notifications.email_logs" ("id", "to", "subject", "body", "status", "provider", "providerId", "createdAt", "sentAt", "failedAt")
     SELECT ${idSql('emails', 'n * 3 + k')}, 'User' || n || '@Example.com', 'Hello', 'https://app.example.com/reset?token=secret-' || n,
       CASE k WHEN 0 THEN 'SENT' WHEN 1 THEN 'FAILED' ELSE 'pending' END, CASE WHEN n % 2 = 0 THEN 'sendgrid' END,
       CASE WHEN k = 0 THEN 'm' || n END, timestamp '2026-06-01', CASE WHEN k = 0 THEN timestamp '2026-06-01 00:01' END, NULL
     FROM ${each}, generate_series(0, 2) AS k`,
  ];
}
