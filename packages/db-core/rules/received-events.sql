-- What other services tell this one. The deliverer adds rows, and does it again where it does not know whether it has: the key
-- makes one of them. The service applies each and marks it in one transaction.
CREATE TABLE "received_events" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "aggregatetype" TEXT NOT NULL,
    "aggregateid" TEXT NOT NULL,
    "aggregateversion" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "trace_context" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "available_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processed_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "received_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "received_events_type_check" CHECK ("type" <> '' AND length("type") <= 100),
    CONSTRAINT "received_events_version_check" CHECK ("version" >= 1),
    CONSTRAINT "received_events_aggregatetype_check" CHECK ("aggregatetype" ~ '^[a-z][a-z0-9_.-]{0,99}$'),
    CONSTRAINT "received_events_aggregateid_check" CHECK ("aggregateid" <> '' AND length("aggregateid") <= 200),
    CONSTRAINT "received_events_aggregateversion_check" CHECK ("aggregateversion" >= 0),
    -- As large as an outbox takes them.
    CONSTRAINT "received_events_payload_check"
      CHECK (jsonb_typeof("payload") = 'object' AND octet_length("payload"::text) <= 524288),
    CONSTRAINT "received_events_attempts_check" CHECK ("attempts" >= 0),
    CONSTRAINT "received_events_one_end_check" CHECK ("processed_at" IS NULL OR "dead_at" IS NULL),
    CONSTRAINT "received_events_dead_reason_check" CHECK ("dead_at" IS NULL OR "reason" IS NOT NULL)
);

-- The next events to apply, and how many wait.
CREATE INDEX "received_events_open_idx" ON "received_events"("available_at", "aggregateversion")
  WHERE "processed_at" IS NULL AND "dead_at" IS NULL;
-- Dead events, to be counted and tried again.
CREATE INDEX "received_events_dead_idx" ON "received_events"("dead_at") WHERE "dead_at" IS NOT NULL;
-- What is told of one person: erasure and export.
CREATE INDEX "received_events_user_idx" ON "received_events"(("payload" ->> 'userId'));
