import { idSql } from './ids.js';

const user = (n: string) => idSql('users', n);

/** SQL that fills the auth tables with accounts of all kinds, the same each time. */
export function fillAuth(users: number): string[] {
  const each = `generate_series(1, ${users}) AS n`;
  return [
    `INSERT INTO "auth.users" ("id", "email", "password", "firstName", "lastName", "username", "role", "emailVerified",
       "isActive", "isSuspended", "suspendedAt", "suspendedReason", "lastLoginAt", "lastLoginIp", "loginAttempts",
       "passwordChangedAt", "twoFactorEnabled", "twoFactorSecret", "backupCodes", "emailNotifications", "marketingEmails",
       "createdAt", "updatedAt", "deletedAt")
     SELECT ${user('n')}, CASE WHEN n % 3 = 0 THEN 'User' ELSE 'user' END || n || '@Example.com',
       CASE WHEN n % 7 = 0 THEN NULL ELSE '$2b$10$' || rpad(translate(encode(sha256(n::text::bytea), 'base64'), '+/=', 'abc'), 53, 'x') END,
       'First' || n, 'Last' || n, CASE WHEN n % 2 = 0 THEN 'user_' || n END,
       CASE n % 50 WHEN 0 THEN 'ADMIN' ELSE 'USER' END::"UserRole", n % 4 > 0, true, n % 97 = 0,
       CASE WHEN n % 97 = 0 THEN timestamp '2026-05-01 10:00' END, CASE WHEN n % 97 = 0 THEN 'spam' END,
       timestamp '2026-06-01' + n % 100 * interval '1 hour', '203.0.113.' || n % 250, 0,
       NULL, n % 20 = 1, CASE WHEN n % 20 = 1 THEN 'JBSWY3DPEHPK3PXP' END,
       CASE WHEN n % 20 = 1 THEN ARRAY['11112222' || n % 10, '3333-4444' || n % 10] ELSE '{}' END, n % 5 > 0, n % 3 = 0,
       timestamp '2025-01-01' + n % 500 * interval '1 day', timestamp '2026-06-01' + n % 100 * interval '1 minute',
       CASE WHEN n % 101 = 0 THEN timestamp '2026-06-10' END
     FROM ${each}`,
    `INSERT INTO "auth.oauth_accounts" ("id", "userId", "provider", "providerId", "accessToken", "refreshToken", "expiresAt",
       "createdAt", "updatedAt")
     SELECT ${idSql('oauth', 'n')}, ${user('n')}, CASE WHEN n % 2 = 0 THEN 'google' ELSE 'github' END, 'p' || n, 'access-' || n,
       CASE WHEN n % 2 = 0 THEN 'refresh-' || n END, timestamp '2026-12-01', timestamp '2025-06-01', timestamp '2026-01-01'
     FROM ${each} WHERE n % 7 = 0 OR n % 5 = 0`,
    `INSERT INTO "auth.user_profiles" ("id", "userId", "displayName", "bio", "avatar", "phone", "timezone", "website",
       "educationLevel", "experienceLevel", "learningGoal", "learningStyle", "studyTime", "weeklyHours", "skills", "interests",
       "socials", "preferences", "githubUrl", "lastActiveAt", "totalLearningHours", "points", "level", "streak", "longestStreak",
       "leadScore", "leadStatus", "utmSource", "tags", "emailOpens", "createdAt", "updatedAt")
     SELECT ${idSql('profiles', 'n')}, ${user('n')}, 'Learner ' || n, repeat('I learn. ', n % 20), 'https://cdn.example.com/' || n || '.png',
       CASE WHEN n % 4 = 0 THEN '+49 30 ' || (1000000 + n) END, CASE WHEN n % 3 = 0 THEN 'Europe/Berlin' END,
       CASE WHEN n % 6 = 0 THEN 'example' || n || '.com' END, CASE WHEN n % 3 = 0 THEN 'bachelor' END,
       CASE WHEN n % 3 = 1 THEN 'Junior' END, CASE WHEN n % 3 = 2 THEN 'career change' END, 'video', 'evening', n % 40,
       jsonb_build_array('sql', 'ts'), '["music"]', jsonb_build_object('mastodon', 'https://example.social/@u' || n),
       '{"theme":"dark"}', CASE WHEN n % 8 = 0 THEN 'https://github.com/u' || n END,
       timestamp '2026-06-01' + n % 100 * interval '1 hour', n % 300, n % 4000, 1 + n % 12, n % 6, n % 6 + n % 4,
       n % 90, CASE WHEN n % 9 = 0 THEN 'new' END, CASE WHEN n % 9 = 0 THEN 'ads' END, '["a"]', n % 12,
       timestamp '2025-01-01' + n % 500 * interval '1 day', timestamp '2026-06-01'
     FROM ${each}`,
    `INSERT INTO "auth.sessions" ("id", "userId", "token", "expiresAt", "ipAddress", "userAgent", "revokedAt", "createdAt")
     SELECT ${idSql('sessions', 'n * 2 + k')}, ${user('n')}, 'token-' || n || '-' || k,
       timestamp '2026-11-01' + interval '60 days' * k, '198.51.100.7', 'Mozilla/5.0',
       CASE WHEN k = 1 AND n % 3 = 0 THEN timestamp '2026-11-05' END, timestamp '2026-10-01'
     FROM ${each}, generate_series(1, 2) AS k`,
    `INSERT INTO "auth.login_history" ("id", "userId", "success", "ipAddress", "userAgent", "location", "createdAt")
     SELECT ${idSql('logins', 'n * 10 + k')}, ${user('n')}, k < 4, '2001:db8::' || k, 'Mozilla/5.0', 'Berlin',
       timestamp '2026-06-01' + k * interval '1 day'
     FROM ${each}, generate_series(1, 4) AS k`,
    `INSERT INTO "auth.password_resets" ("id", "userId", "token", "expiresAt", "used", "usedAt", "createdAt")
     SELECT ${idSql('resets', 'n * 3 + k')}, ${user('n')}, 'reset-' || n || '-' || k, timestamp '2026-06-02' + k * interval '1 hour',
       k = 1, CASE WHEN k = 1 THEN timestamp '2026-06-01 10:30' END, timestamp '2026-06-01 10:00' + k * interval '1 hour'
     FROM ${each}, generate_series(1, 3) AS k WHERE n % 10 = 3`,
    `INSERT INTO "auth.email_verifications" ("id", "userId", "token", "verified", "verifiedAt", "createdAt")
     SELECT ${idSql('verifications', 'n')}, ${user('n')}, 'verify-' || n, n % 4 > 0,
       CASE WHEN n % 4 > 0 THEN timestamp '2026-06-01 11:00' END, timestamp '2026-06-01 10:00'
     FROM ${each}`,
    `INSERT INTO "auth.email_changes" ("id", "userId", "oldEmail", "newEmail", "token", "verified", "expiresAt", "createdAt")
     SELECT ${idSql('changes', 'n')}, ${user('n')}, 'old' || n || '@example.com', 'user' || n || '@example.com', 'change-' || n, true,
       timestamp '2026-06-02', timestamp '2026-06-01 10:00'
     FROM ${each} WHERE n % 20 = 4`,
  ];
}
