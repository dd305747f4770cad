/** Of 5,000 users, 2 % of the notifications unread, 1 % of the deliveries waiting. User 1 has a tenth of everything. */
export const fill = `
  CREATE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
  INSERT INTO notification_types (id, name, slug, category, updated_at)
    SELECT pg_temp.id(1, n), 'Type', 'type-' || n, 'LEARNING', now() FROM generate_series(1, 17) n;
  INSERT INTO notifications (id, user_id, type_id, event_id, title, message, created_at, updated_at, seen_at, read_at)
    SELECT pg_temp.id(2, n), pg_temp.id(9, CASE WHEN n % 10 = 0 THEN 1 ELSE n * 7919 % 5000 END), pg_temp.id(1, 1 + n % 17),
      pg_temp.id(8, n), 'Title', 'Message', at, at, at, CASE WHEN n % 50 <> 0 THEN at END
    FROM generate_series(1, 150000) n, LATERAL (SELECT now() - n * interval '1 minute' AS at) AS time;
  INSERT INTO notification_deliveries (id, notification_id, channel, status, attempts, next_attempt_at, claimed_at, worker,
      lease_expires_at, sent_at, delivered_at, provider_message_id, created_at, updated_at)
    SELECT pg_temp.id(3, n), pg_temp.id(2, 1 + n % 150000), CASE WHEN n > 150000 THEN 'EMAIL' ELSE 'IN_APP' END::"NotificationChannel",
      status::"DeliveryStatus", (status NOT IN ('PENDING', 'HELD'))::int,
      CASE WHEN status IN ('PENDING', 'HELD') THEN now() + n * interval '1 second' END, CASE status WHEN 'SENDING' THEN now() END, CASE status WHEN 'SENDING' THEN 'w' END, CASE status WHEN 'SENDING' THEN now() END,
      CASE status WHEN 'DELIVERED' THEN now() END, CASE status WHEN 'DELIVERED' THEN now() END,
      CASE status WHEN 'DELIVERED' THEN 'm' || n END, now(), now()
    FROM generate_series(1, 250000) n, LATERAL (SELECT CASE WHEN n > 150000 AND n % 100 = 0 THEN 'PENDING' WHEN n > 150000 AND n % 100 = 2 THEN 'HELD'
      WHEN n > 150000 AND n % 1000 = 1 THEN 'SENDING' ELSE 'DELIVERED' END AS status) AS s;
  INSERT INTO notification_occurrences (id, notification_id, event_id, user_id)
    SELECT pg_temp.id(11, n), pg_temp.id(2, 1 + n % 150000), pg_temp.id(12, n), pg_temp.id(9, n % 5000) FROM generate_series(1, 200000) n;
  INSERT INTO recipients (id, user_id, email, first_name, last_name, version, updated_at)
    SELECT pg_temp.id(4, n), pg_temp.id(9, n), n || '@example.com', 'A', 'B', 1, now() FROM generate_series(1, 100000) n;
  INSERT INTO notification_preferences (id, user_id, updated_at)
    SELECT pg_temp.id(5, n), pg_temp.id(9, n), now() FROM generate_series(1, 100000) n;
  INSERT INTO user_notification_settings (id, user_id, type_id, email, updated_at)
    SELECT pg_temp.id(6, n), pg_temp.id(9, n), pg_temp.id(1, 1 + n % 17), false, now() FROM generate_series(1, 100000) n;
  INSERT INTO suppressions (id, channel, address, reason)
    SELECT pg_temp.id(10, n), 'EMAIL', n || '@example.com', 'BOUNCE' FROM generate_series(1, 20000) n;
  INSERT INTO erased_users (user_hash, request_id) SELECT sha256(('gone ' || n)::bytea), pg_temp.id(15, n) FROM generate_series(1, 20000) n;
  INSERT INTO email_logs (id, user_id, to_address, template_id, subject, status, provider, provider_id, sent_at, created_at)
    SELECT pg_temp.id(14, n), pg_temp.id(9, n), n || '@example.com', 'a', 'b', 'SENT', 'SES', 'e' || n, now(), now() FROM generate_series(1, 50000) n;
  INSERT INTO daily_sends (user_id, channel, day, sent, granted)
    SELECT pg_temp.id(9, n), 'EMAIL', current_date, 1, 1 FROM generate_series(1, 50000) n;
  INSERT INTO broadcasts (id, type_id, title, message, total)
    SELECT pg_temp.id(13, n), pg_temp.id(1, 1), 'A', 'B', 1 FROM generate_series(1, 2000) n;
  INSERT INTO user_devices (id, user_id, token_encrypted, token_hash, token_hash_key_id, platform, updated_at)
    SELECT pg_temp.id(7, n), pg_temp.id(9, n), 'v1.k1.a.b.c', sha256(n::text::bytea), 'h1', 'IOS', now() FROM generate_series(1, 100000) n;
  ANALYZE;`;
