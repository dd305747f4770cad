import { idSql } from './ids.js';

const user = (n: string) => idSql('users', n);

export function fillPayments(users: number): string[] {
  const each = `generate_series(1, ${users}) AS n`;
  return [
    `INSERT INTO "payments.subscriptions" ("id", "userId", "plan", "status", "stripeCustomerId", "stripeSubscriptionId", "startedAt",
       "validUntil", "canceledAt", "metadata", "createdAt", "updatedAt")
     SELECT ${idSql('subscriptions', 'n')}, ${user('n')}, CASE WHEN n % 3 = 0 THEN 'PRO' ELSE 'FREE' END::"SubscriptionPlan",
       CASE n % 5 WHEN 1 THEN 'CANCELED' WHEN 2 THEN 'EXPIRED' ELSE 'ACTIVE' END::"SubscriptionStatus", 'cus_' || n, CASE WHEN n % 3 = 0 THEN 'sub_' || n END,
       timestamp '2026-01-01', CASE WHEN n % 3 = 0 AND n % 7 > 0 THEN timestamp '2026-12-31' END,
       CASE WHEN n % 5 = 1 OR n % 11 = 0 THEN timestamp '2026-06-01' END, '{"a":1}', timestamp '2026-01-01', timestamp '2026-06-02'
     FROM ${each}`,
    `INSERT INTO "payments.payment_methods" ("id", "userId", "type", "stripePaymentMethodId", "last4", "brand", "expiryMonth", "expiryYear",
       "isDefault", "createdAt", "updatedAt")
     SELECT ${idSql('methods', 'n * 2 + k')}, ${user('n')}, 'CARD', 'pm_' || n || '_' || k, lpad((n % 10000)::text, 4, '0'), 'visa',
       1 + n % 12, 2030, true, timestamp '2026-01-01', timestamp '2026-01-01' + k * interval '1 day'
     FROM ${each}, generate_series(0, 1) AS k WHERE n % 3 = 0 AND (k = 0 OR n % 2 = 0)`,
    `INSERT INTO "payments.invoices" ("id", "subscriptionId", "invoiceNumber", "amount", "currency", "tax", "total", "status", "invoiceUrl",
       "issuedAt", "dueAt", "paidAt")
     SELECT ${idSql('invoices', 'n * 2 + k')}, ${idSql('subscriptions', 'n')}, 'INV-' || n || '-' || k, 1000, 'usd', 190,
       CASE WHEN n % 9 = 0 THEN 1090 ELSE 1190 END, CASE n % 6 WHEN 0 THEN 'PAID' WHEN 3 THEN CASE k WHEN 0 THEN 'SENT' ELSE 'OVERDUE' END
         ELSE CASE k WHEN 0 THEN 'CANCELED' ELSE 'DRAFT' END END::"InvoiceStatus",
       'https://pay.example.com/' || n, timestamp '2025-11-01' + (n * 7919 % 300) * interval '1 day' + k * interval '1 hour',
       timestamp '2026-12-01', CASE WHEN n % 6 = 0 THEN timestamp '2026-11-01' END
     FROM ${each}, generate_series(0, 1) AS k WHERE n % 3 = 0`,
    `INSERT INTO "payments.transactions" ("id", "userId", "subscriptionId", "amount", "currency", "status", "stripePaymentIntentId",
       "stripeChargeId", "paymentMethod", "createdAt", "paidAt", "failedAt")
     SELECT ${idSql('transactions', 'n * 2 + k')}, ${user('n')}, ${idSql('subscriptions', 'n')}, 1190, 'usd',
       CASE k WHEN 0 THEN 'SUCCEEDED' ELSE CASE n % 4 WHEN 0 THEN 'REFUNDED' WHEN 1 THEN 'FAILED' WHEN 2 THEN 'PENDING' ELSE 'PROCESSING' END END::"TransactionStatus",
       'pi_' || n || '_' || k, 'ch_' || n || '_' || k, CASE WHEN n % 2 = 0 THEN 'pm_' || n || '_0' ELSE 'card' END, timestamp '2026-05-01',
       CASE WHEN k = 0 THEN timestamp '2026-05-01 00:01' END, NULL
     FROM ${each}, generate_series(0, 1) AS k WHERE n % 3 = 0`,
  ];
}
