-- What the migrations of db-learning lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE EXTENSION fuzzystrmatch;

CREATE EXTENSION pg_trgm;

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "AnalysisType" AS ENUM (
    'AI',
    'MANUAL',
    'HYBRID'
);

CREATE TYPE "AttemptStatus" AS ENUM (
    'IN_PROGRESS',
    'COMPLETED',
    'ABANDONED'
);

CREATE TYPE "CertificateGrade" AS ENUM (
    'PASS',
    'MERIT',
    'DISTINCTION'
);

CREATE TYPE "CertificateType" AS ENUM (
    'LANGUAGE_COMPLETION',
    'MODULE_COMPLETION'
);

CREATE TYPE "CourseLayout" AS ENUM (
    'MARKDOWN',
    'EXERCISM'
);

CREATE TYPE "Difficulty" AS ENUM (
    'BEGINNER',
    'INTERMEDIATE',
    'ADVANCED'
);

CREATE TYPE "EnrollmentStatus" AS ENUM (
    'ACTIVE',
    'PAUSED',
    'COMPLETED',
    'DROPPED'
);

CREATE TYPE "ExerciseKind" AS ENUM (
    'CONCEPT',
    'PRACTICE'
);

CREATE TYPE "ExerciseStatus" AS ENUM (
    'WIP',
    'BETA',
    'ACTIVE',
    'DEPRECATED'
);

CREATE TYPE "FileRole" AS ENUM (
    'STARTER',
    'TEST',
    'EDITOR',
    'EXEMPLAR',
    'EXAMPLE',
    'INVALIDATOR',
    'OTHER'
);

CREATE TYPE "MaterialType" AS ENUM (
    'VIDEO',
    'ARTICLE',
    'CODE_EXAMPLE',
    'INTERACTIVE'
);

CREATE TYPE "ProgressStatus" AS ENUM (
    'NOT_STARTED',
    'IN_PROGRESS',
    'COMPLETED'
);

CREATE TYPE "QuestionScoring" AS ENUM (
    'MATCH_CORRECT',
    'MAP_RESPONSE'
);

CREATE TYPE "SubmissionStatus" AS ENUM (
    'PENDING',
    'RUNNING',
    'PASSED',
    'FAILED',
    'ERROR'
);

-- Functions

CREATE OR REPLACE FUNCTION rules.address_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT e.id, c.consumer, e.aggregatetype, e.aggregateid
    FROM "inserted" e JOIN rules.event_consumers c ON c.type = e.type AND c.version = e.version
   ORDER BY e.aggregateversion, e.id;
  IF FOUND THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.append_sibling()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  parent uuid := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
  EXECUTE format('UPDATE %I SET content_version = content_version WHERE id = $1', TG_ARGV[0]) USING parent;
  EXECUTE format(
    'SELECT coalesce(least(max("order") + 1::bigint, 2147483647), 0) FROM %I WHERE %I = $1 AND deleted_at IS NULL',
    TG_TABLE_NAME, TG_ARGV[1])
  INTO NEW."order" USING parent;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.asks(module modules)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT module.deleted_at IS NULL AND module.published_at IS NOT NULL AND module.step_count > 0
$function$;

CREATE OR REPLACE FUNCTION rules.attempt_deadline(attempt mcq_attempts)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT attempt.started_at + make_interval(mins => attempt.time_limit, secs => attempt.grace_period)
$function$;

CREATE OR REPLACE FUNCTION rules.attempt_score(scored_attempt uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RETURN (
    SELECT coalesce(sum(CASE WHEN a.is_correct THEN (a.snapshot ->> 'points')::int ELSE a.partial_points END), 0)
    FROM mcq_answers a WHERE a.attempt_id = scored_attempt);
END $function$;

CREATE OR REPLACE FUNCTION rules.claim_outbox(consumer text, batch integer, lease interval)
 RETURNS TABLE(event_id uuid, lease_token uuid, attempts integer, event jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  token CONSTANT uuid := gen_random_uuid();
  moment CONSTANT timestamptz := clock_timestamp();
BEGIN
  RETURN QUERY
  WITH claimable AS MATERIALIZED (
    SELECT d.event_id FROM outbox_deliveries d
     WHERE d.consumer = claim_outbox.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL
       -- A column of milliseconds may round up: what was written in this very millisecond is due.
       AND d.available_at <= moment + interval '1 millisecond' AND (d.leased_until IS NULL OR d.leased_until <= moment)
       -- A look into the index for each row, however many are open.
       AND (SELECT true FROM outbox_deliveries e
             WHERE e.aggregateid = d.aggregateid AND e.aggregatetype = d.aggregatetype AND e.consumer = d.consumer
               AND e.sequence < d.sequence AND e.delivered_at IS NULL AND e.dead_at IS NULL LIMIT 1) IS NULL
     ORDER BY d.sequence LIMIT claim_outbox.batch FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE outbox_deliveries d
       SET attempts = d.attempts + 1, lease_token = token, leased_until = moment + claim_outbox.lease
      FROM claimable c WHERE d.event_id = c.event_id AND d.consumer = claim_outbox.consumer
    RETURNING d.event_id, d.attempts, d.sequence
  )
  SELECT o.id, token, c.attempts, jsonb_build_object(
      'id', o.id, 'type', o.type, 'version', o.version,
      'aggregateType', o.aggregatetype, 'aggregateId', o.aggregateid, 'aggregateVersion', o.aggregateversion,
      'occurredAt', to_char(o.occurred_ts, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'traceContext', o.trace_context, 'payload', o.payload)
    FROM claimed c JOIN outbox o ON o.id = c.event_id
   ORDER BY c.sequence;
END
$function$;

CREATE OR REPLACE FUNCTION rules.compare_copies(from_id uuid, upto_id uuid)
 RETURNS TABLE(copies integer, hash bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT count(*)::integer, coalesce(bit_xor(rules.hash_of_copy(c.user_id, c.version)), 0)
    FROM (SELECT h.user_id, max(h.version) AS version FROM rules.users_here(from_id, upto_id) h GROUP BY 1) c
   WHERE substr(c.user_id::text, 15, 1) <> '8';
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_among(user_ids uuid[])
 RETURNS TABLE(user_id uuid, is_here boolean, version integer, is_waiting boolean, is_erased boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT u.id, h.number > 0, h.version,
      EXISTS (SELECT FROM received_events e WHERE e.payload ->> 'userId' = u.id::text AND e.aggregatetype = 'auth.user'
        AND e.processed_at IS NULL AND e.dead_at IS NULL),
      EXISTS (SELECT FROM erased_users e WHERE e.user_hash = rules.hash_of_user(u.id))
    FROM unnest(user_ids) AS u(id),
      LATERAL (SELECT count(*) AS number, max(f.version) AS version FROM rules.users_here(u.id, u.id) f) AS h;
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_between(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT h.user_id, max(h.version) FROM rules.users_here(from_id, upto_id) h
   WHERE substr(h.user_id::text, 15, 1) <> '8' GROUP BY 1;
END
$function$;

CREATE OR REPLACE FUNCTION rules.count_steps(counted_module uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT (
  (SELECT count(*) FROM materials m
   WHERE m.module_id = counted_module AND m.deleted_at IS NULL AND m.published_at IS NOT NULL)
  + (SELECT count(*) FROM assignments a
     WHERE a.module_id = counted_module AND a.deleted_at IS NULL AND a.published_at IS NOT NULL)
  + (SELECT count(*) FROM mcq_quizzes q
     WHERE q.module_id = counted_module AND q.deleted_at IS NULL AND q.published_at IS NOT NULL))::int
$function$;

CREATE OR REPLACE FUNCTION rules.count_steps_done(learner uuid, studied_module uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT (
  (SELECT count(*) FROM materials m
   WHERE m.module_id = studied_module AND m.deleted_at IS NULL AND m.published_at IS NOT NULL AND EXISTS (
     SELECT FROM material_progress p WHERE p.user_id = learner AND p.material_id = m.id AND p.completed))
  + (SELECT count(*) FROM assignments a
     WHERE a.module_id = studied_module AND a.deleted_at IS NULL AND a.published_at IS NOT NULL AND EXISTS (
       SELECT FROM assignment_submissions s
       WHERE s.user_id = learner AND s.assignment_id = a.id AND s.status = 'PASSED'))
  + (SELECT count(*) FROM mcq_quizzes q
     WHERE q.module_id = studied_module AND q.deleted_at IS NULL AND q.published_at IS NOT NULL AND EXISTS (
       SELECT FROM mcq_attempts t WHERE t.user_id = learner AND t.quiz_id = q.id AND t.passed)))::int
$function$;

CREATE OR REPLACE FUNCTION rules.delete_delivered_events(age interval, batch integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  gone integer;
BEGIN
  DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
     WHERE o.occurred_at <= now() - "age"
       AND (SELECT true FROM outbox_deliveries d WHERE d.event_id = o.id AND d.delivered_at IS NULL LIMIT 1) IS NULL
     ORDER BY o.occurred_at LIMIT "batch" FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$function$;

CREATE OR REPLACE FUNCTION rules.end_attempt(ended uuid)
 RETURNS SETOF mcq_attempts
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  points int;
BEGIN
  PERFORM rules.lock_learner((SELECT t.user_id FROM mcq_attempts t WHERE t.id = ended));
  PERFORM FROM mcq_attempts t WHERE t.id = ended AND t.status = 'IN_PROGRESS' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  points := rules.attempt_score(ended);
  RETURN QUERY
  UPDATE mcq_attempts t SET
    status = 'COMPLETED', score = points, updated_at = greatest(t.updated_at, now()),
    completed_at = greatest(t.started_at, least(rules.attempt_deadline(t), clock_timestamp())),
    passed = t.max_score > 0 AND points::bigint * 100 >= t.passing_score::bigint * t.max_score
  WHERE t.id = ended
  RETURNING t.*;
END $function$;

CREATE OR REPLACE FUNCTION rules.enrol(learner uuid, chosen_language uuid, hours integer)
 RETURNS SETOF language_enrollments
 LANGUAGE plpgsql
 ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM rules.lock_learner(learner);
  INSERT INTO language_enrollments AS e (id, user_id, language_id, weekly_hours, content_version)
  VALUES (rules.new_id(), learner, chosen_language, hours, -1)
  ON CONFLICT (user_id, language_id) DO UPDATE SET
    status = 'ACTIVE', weekly_hours = coalesce(excluded.weekly_hours, e.weekly_hours),
    updated_at = greatest(e.updated_at, now())
  WHERE e.status IN ('PAUSED', 'DROPPED');
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF (SELECT r.completed_modules + r.completed_languages > 0 FROM rules.recompute_language(learner, chosen_language) r) THEN
    PERFORM rules.recompute_learner_stats(learner);
  END IF;
  RETURN QUERY SELECT e.* FROM language_enrollments e WHERE e.user_id = learner AND e.language_id = chosen_language;
END $function$;

CREATE OR REPLACE FUNCTION rules.fail_outbox(lease_token uuid, event_ids uuid[], reason text, retry_in interval, dead boolean)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  failed integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (fail_outbox.event_ids) AND d.lease_token = fail_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET lease_token = NULL, leased_until = NULL,
         reason = left(coalesce(nullif(fail_outbox.reason, ''), 'No reason was given.'), 1000),
         available_at = clock_timestamp() + fail_outbox.retry_in,
         dead_at = CASE WHEN fail_outbox.dead THEN clock_timestamp() END
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS failed = ROW_COUNT;
  RETURN failed;
END
$function$;

CREATE OR REPLACE FUNCTION rules.finish_outbox(lease_token uuid, event_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  finished integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (finish_outbox.event_ids) AND d.lease_token = finish_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET delivered_at = clock_timestamp(), lease_token = NULL, leased_until = NULL, reason = NULL
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS finished = ROW_COUNT;
  RETURN finished;
END
$function$;

CREATE OR REPLACE FUNCTION rules.follow_modules()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  UPDATE programming_languages SET content_version = content_version + 1
  WHERE id IN (OLD.language_id, NEW.language_id);
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.follow_moved_content(learner uuid, studied_language uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  completed int := 0;
  module_here uuid;
BEGIN
  FOR module_here IN
    SELECT m.id FROM modules m
    WHERE m.language_id = studied_language AND m.id IN (
      SELECT c.module_id FROM material_progress p JOIN materials c ON c.id = p.material_id
      WHERE p.user_id = learner AND p.completed
      UNION ALL
      SELECT c.module_id FROM assignment_submissions s JOIN assignments c ON c.id = s.assignment_id
      WHERE s.user_id = learner AND s.status = 'PASSED'
      UNION ALL
      SELECT c.module_id FROM mcq_attempts t JOIN mcq_quizzes c ON c.id = t.quiz_id
      WHERE t.user_id = learner AND t.passed)
    AND NOT EXISTS (SELECT FROM module_progress p WHERE p.user_id = learner AND p.module_id = m.id)
  LOOP
    INSERT INTO module_progress (id, user_id, module_id) VALUES (rules.new_id(), learner, module_here)
    ON CONFLICT (user_id, module_id) DO NOTHING;
    completed := completed
      + (SELECT CASE WHEN r.completes THEN 1 ELSE 0 END FROM rules.recompute_module(learner, module_here, false) r);
  END LOOP;
  RETURN completed;
END $function$;

CREATE OR REPLACE FUNCTION rules.follow_steps()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  changed uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    changed := ARRAY(
      SELECT DISTINCT module_id FROM new_rows WHERE deleted_at IS NULL AND published_at IS NOT NULL);
  ELSIF TG_OP = 'DELETE' THEN
    changed := ARRAY(
      SELECT DISTINCT module_id FROM old_rows WHERE deleted_at IS NULL AND published_at IS NOT NULL);
  ELSE
    changed := ARRAY(
      SELECT DISTINCT unnest(ARRAY[o.module_id, n.module_id])
      FROM old_rows o JOIN new_rows n ON n.id = o.id
      WHERE (o.module_id, o.deleted_at IS NULL AND o.published_at IS NOT NULL)
        IS DISTINCT FROM (n.module_id, n.deleted_at IS NULL AND n.published_at IS NOT NULL));
  END IF;
  IF changed <> '{}' THEN
    PERFORM FROM modules WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE modules m SET content_version = m.content_version + 1, step_count = rules.count_steps(m.id)
    WHERE m.id = ANY (changed);
  END IF;
  -- Who has done it elsewhere has no progress in the module that it has come to: the enrolments are judged again.
  IF TG_OP = 'UPDATE' THEN
    UPDATE programming_languages SET content_version = content_version + 1
    WHERE id IN (
      SELECT m.language_id FROM old_rows o JOIN new_rows n ON n.id = o.id AND n.module_id <> o.module_id
      JOIN modules m ON m.id = n.module_id);
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = TG_NAME,
      MESSAGE = format('update violates rule "%s"', TG_NAME),
      HINT = TG_ARGV[0];
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_changing_answer_of_ended_attempt()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM FROM mcq_attempts WHERE id IN (OLD.attempt_id, NEW.attempt_id) ORDER BY id FOR NO KEY UPDATE;
  UPDATE mcq_attempts SET updated_at = greatest(updated_at, now())
  WHERE id IN (OLD.attempt_id, NEW.attempt_id) AND status = 'IN_PROGRESS';
  IF EXISTS (
    SELECT FROM mcq_attempts WHERE id IN (OLD.attempt_id, NEW.attempt_id) AND status <> 'IN_PROGRESS'
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_answers_of_open_attempt_rule',
      MESSAGE = format('%s violates rule "mcq_answers_of_open_attempt_rule"', lower(TG_OP)),
      HINT = 'The attempt is over, and its score is that of these answers: the learner starts another one.';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_editing_answered_question()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM mcq_answers WHERE question_id = NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_questions_answered_rule',
      MESSAGE = 'edit violates rule "mcq_questions_answered_rule"',
      HINT = 'The question has answers: soft-delete it and create its replacement.';
  END IF;
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_editing_option_of_answered_question()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM mcq_answers WHERE question_id = OLD.question_id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_options_answered_rule',
      MESSAGE = 'edit violates rule "mcq_options_answered_rule"',
      HINT = 'The question has answers: soft-delete the option and create its replacement.';
  END IF;
  UPDATE mcq_questions SET revision = revision + 1 WHERE id = OLD.question_id;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_moving_connected_module()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  -- Who adds a prerequisite changes the same row.
  UPDATE programming_languages SET content_version = content_version WHERE id = OLD.language_id;
  IF EXISTS (SELECT FROM module_prerequisites WHERE module_id = NEW.id OR prerequisite_id = NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'modules_language_rule',
      MESSAGE = 'new language violates rule "modules_language_rule"',
      HINT = 'Remove the prerequisites of the module, and those that name it, before moving it to another language.';
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.forbid_prerequisite_cycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  UPDATE programming_languages SET content_version = content_version
  WHERE id = (SELECT language_id FROM modules WHERE id = NEW.module_id);
  IF EXISTS (
    WITH RECURSIVE required(module_id) AS (
      SELECT NEW.prerequisite_id
      UNION
      SELECT p.prerequisite_id FROM module_prerequisites p JOIN required r ON p.module_id = r.module_id
    )
    SELECT FROM required WHERE module_id = NEW.module_id
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'module_prerequisites_acyclic_rule',
      MESSAGE = 'new row violates rule "module_prerequisites_acyclic_rule"',
      HINT = 'The prerequisite already requires this module, directly or through others.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.hash_of_copy(user_id uuid, version integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((('x'::text || "left"(encode(sha256((concat_ws(' '::text, (user_id)::text, (version)::text))::bytea), 'hex'::text), 16)))::bit(64))::bigint;

CREATE OR REPLACE FUNCTION rules.hash_of_user(user_id uuid)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN sha256(((user_id)::text)::bytea);

CREATE OR REPLACE FUNCTION rules.is_answerable(quiz uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT (
  SELECT coalesce(bool_and(EXISTS (
    SELECT FROM mcq_options o WHERE o.question_id = q.id AND o.is_correct AND o.deleted_at IS NULL
  )), false) AND coalesce(sum(q.points), 0) > 0
  FROM mcq_questions q WHERE q.quiz_id = quiz AND q.deleted_at IS NULL)
$function$;

CREATE OR REPLACE FUNCTION rules.judge_anew()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  NEW.content_version := -1;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.likeness(sought text, words text)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'public'
RETURN (SELECT GREATEST((CASE WHEN (word_similarity(likeness.sought, likeness.words) >= (0.5)::double precision) THEN word_similarity(likeness.sought, likeness.words) ELSE NULL::real END)::double precision, max(((1)::double precision - ((compared.edits)::double precision / (length(likeness.sought))::double precision))) FILTER (WHERE (compared.edits <= LEAST((length(likeness.sought) / 3), 4))), (0)::double precision) AS "greatest" FROM regexp_split_to_table(lower("left"(likeness.words, 1000)), '[^[:alnum:]]+'::text) word(word), LATERAL (SELECT LEAST(levenshtein_less_equal(likeness.sought, "left"(word.word, 60), 4), levenshtein_less_equal(likeness.sought, "left"(word.word, length(likeness.sought)), 4)) AS edits) compared WHERE (word.word <> ''::text));

CREATE OR REPLACE FUNCTION rules.lock_learner(learner uuid)
 RETURNS void
 LANGUAGE plpgsql
 STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO learner_stats AS s (id, user_id) VALUES (rules.new_id(), learner)
  ON CONFLICT (user_id) DO UPDATE SET updated_at = greatest(s.updated_at, now());
END $function$;

CREATE OR REPLACE FUNCTION rules.module_of(material uuid DEFAULT NULL::uuid, assignment uuid DEFAULT NULL::uuid, quiz uuid DEFAULT NULL::uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RETURN coalesce(
    (SELECT m.module_id FROM materials m WHERE m.id = material),
    (SELECT a.module_id FROM assignments a WHERE a.id = assignment),
    (SELECT q.module_id FROM mcq_quizzes q WHERE q.id = quiz));
END $function$;

CREATE OR REPLACE FUNCTION rules.new_event_id()
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog'
AS $function$
  SELECT (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
    || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
$function$;

CREATE OR REPLACE FUNCTION rules.new_id()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
RETURN ((OVERLAY(lpad(to_hex((floor((EXTRACT(epoch FROM clock_timestamp()) * (4096000)::numeric)))::bigint), 15, '0'::text) PLACING '7'::text FROM 13 FOR 0) || substr(replace((gen_random_uuid())::text, '-'::text, ''::text), 17)))::uuid;

CREATE OR REPLACE FUNCTION rules.outbox_state()
 RETURNS TABLE(consumer text, open bigint, dead bigint, oldest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT c.consumer, coalesce(o.open, 0), coalesce(x.dead, 0), o.oldest
    FROM (SELECT DISTINCT e.consumer FROM rules.event_consumers e) c
    LEFT JOIN LATERAL (
      SELECT count(*) AS open, min(e.occurred_at) AS oldest
        FROM outbox_deliveries d JOIN outbox e ON e.id = d.event_id
       WHERE d.consumer = c.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL) o ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS dead FROM outbox_deliveries d WHERE d.consumer = c.consumer AND d.dead_at IS NOT NULL) x ON true
   ORDER BY 1
$function$;

CREATE OR REPLACE FUNCTION rules.publish_quiz(published_quiz uuid)
 RETURNS TABLE(quiz mcq_quizzes, answerable boolean)
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  SELECT q.* INTO quiz FROM mcq_quizzes q WHERE q.id = published_quiz AND q.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  answerable := (quiz).published_at IS NOT NULL OR rules.is_answerable(published_quiz);
  IF (quiz).published_at IS NULL AND answerable THEN
    UPDATE mcq_quizzes q SET
      published_at = now(), updated_at = greatest(now(), q.updated_at + interval '1 millisecond'),
      content_version = q.content_version + 1
    WHERE q.id = published_quiz
    RETURNING q.* INTO quiz;
  END IF;
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.raise_content_version(touched uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM FROM mcq_quizzes WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
  UPDATE mcq_quizzes SET content_version = content_version + 1 WHERE id = ANY (touched);
END $function$;

CREATE OR REPLACE FUNCTION rules.raise_version_of_quizzes()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM rules.raise_content_version(ARRAY(SELECT DISTINCT quiz_id FROM new_rows));
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT quiz_id FROM old_rows EXCEPT SELECT quiz_id FROM mcq_questions WHERE id IN (SELECT id FROM old_rows)));
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.raise_version_of_quizzes_of_questions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT DISTINCT quiz_id FROM mcq_questions WHERE id IN (SELECT question_id FROM new_rows)));
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM rules.raise_content_version(ARRAY(
      SELECT DISTINCT q.quiz_id FROM old_rows o JOIN mcq_questions q ON q.id = o.question_id
      WHERE NOT EXISTS (SELECT FROM mcq_options now WHERE now.id = o.id AND now.question_id = o.question_id)));
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.recompute_language(learner uuid, studied_language uuid)
 RETURNS TABLE(completed_modules integer, completed_languages integer)
 LANGUAGE plpgsql
 ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  enrollment language_enrollments;
  version_seen int;
  done boolean;
BEGIN
  completed_modules := 0;
  completed_languages := 0;
  SELECT l.content_version INTO version_seen FROM programming_languages l WHERE l.id = studied_language;
  SELECT e.* INTO enrollment FROM language_enrollments e
  WHERE e.user_id = learner AND e.language_id = studied_language AND e.status <> 'DROPPED';
  IF enrollment.content_version <> version_seen THEN
    completed_modules := rules.follow_moved_content(learner, studied_language);
  END IF;
  done := EXISTS (SELECT FROM modules m WHERE m.language_id = studied_language AND rules.asks(m))
    AND NOT EXISTS (
      SELECT FROM modules m
      WHERE m.language_id = studied_language AND rules.asks(m) AND NOT EXISTS (
        SELECT FROM module_progress p
        WHERE p.user_id = learner AND p.module_id = m.id AND p.status = 'COMPLETED'));

  UPDATE language_enrollments e SET
    status = CASE WHEN done THEN 'COMPLETED' ELSE e.status END,
    completed_at = CASE WHEN done THEN coalesce(e.completed_at, greatest(e.enrolled_at, now())) ELSE e.completed_at END,
    content_version = version_seen,
    updated_at = greatest(e.updated_at, now())
  WHERE e.id = enrollment.id AND e.status <> 'DROPPED'
    AND (done AND e.status <> 'COMPLETED' OR e.content_version <> version_seen);
  IF FOUND AND done AND enrollment.status <> 'COMPLETED' THEN
    completed_languages := 1;
    INSERT INTO completions (id, user_id, language_id, completed_at)
    SELECT rules.new_id(), e.user_id, e.language_id, e.completed_at FROM language_enrollments e WHERE e.id = enrollment.id
    ON CONFLICT (user_id, language_id) DO NOTHING;
  END IF;
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.recompute_learner_stats(learner uuid)
 RETURNS SETOF learner_stats
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM rules.lock_learner(learner);
  RETURN QUERY
  WITH material AS (
    SELECT sum(m.duration) FILTER (WHERE p.completed) AS minutes, max(p.last_viewed_at) AS at
    FROM material_progress p JOIN materials m ON m.id = p.material_id WHERE p.user_id = learner
  ), submission AS (
    SELECT assignment_id, bool_or(status = 'PASSED') AS passed, max(submitted_at) AS at
    FROM assignment_submissions WHERE user_id = learner GROUP BY assignment_id
  ), assignment AS (
    SELECT count(*) FILTER (WHERE s.passed) AS passed,
      sum(a.estimated_duration) FILTER (WHERE s.passed) AS minutes, max(s.at) AS at
    FROM submission s JOIN assignments a ON a.id = s.assignment_id
  ), attempt AS (
    SELECT quiz_id, coalesce(bool_or(t.passed), false) AS passed, max(coalesce(t.completed_at, t.started_at)) AS at
    FROM mcq_attempts t WHERE t.user_id = learner GROUP BY quiz_id
  ), quiz AS (
    SELECT count(*) FILTER (WHERE t.passed) AS passed,
      sum(q.estimated_duration) FILTER (WHERE t.passed) AS minutes, max(t.at) AS at
    FROM attempt t JOIN mcq_quizzes q ON q.id = t.quiz_id
  )
  UPDATE learner_stats stats SET
    total_learning_hours = round(
      (coalesce(material.minutes, 0) + coalesce(assignment.minutes, 0) + coalesce(quiz.minutes, 0)) / 60.0),
    courses_completed = (
      SELECT count(*) FROM language_enrollments e WHERE e.user_id = learner AND e.status = 'COMPLETED'),
    modules_completed = (
      SELECT count(*) FROM module_progress p WHERE p.user_id = learner AND p.status = 'COMPLETED'),
    assignments_passed = assignment.passed,
    quizzes_passed = quiz.passed,
    certificates_earned = (
      SELECT count(*) FROM certificates c WHERE c.user_id = learner AND c.revoked_at IS NULL AND c.renewed_at IS NULL),
    last_learned_at = greatest(material.at, assignment.at, quiz.at),
    updated_at = now()
  FROM material, assignment, quiz
  WHERE stats.user_id = learner
  RETURNING stats.*;
END $function$;

CREATE OR REPLACE FUNCTION rules.recompute_module(learner uuid, studied_module uuid, stepped boolean)
 RETURNS TABLE(progress module_progress, completes boolean)
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  version_seen int;
  steps int;
  steps_done int;
  done boolean;
  percent int;
  begun boolean := false;
BEGIN
  SELECT m.content_version INTO version_seen FROM modules m WHERE m.id = studied_module;
  SELECT rules.count_steps(studied_module), rules.count_steps_done(learner, studied_module) INTO steps, steps_done;
  done := steps > 0 AND steps_done = steps;
  percent := CASE WHEN steps > 0 THEN 100 * steps_done / steps ELSE 0 END;
  completes := done AND NOT EXISTS (
    SELECT FROM module_progress p
    WHERE p.user_id = learner AND p.module_id = studied_module AND p.status = 'COMPLETED');

  IF stepped THEN
    INSERT INTO module_progress (id, user_id, module_id, status, started_at)
    VALUES (rules.new_id(), learner, studied_module, 'IN_PROGRESS', now())
    ON CONFLICT (user_id, module_id) DO NOTHING;
    begun := FOUND;
  END IF;
  -- `greatest`, because a transaction that waited may have an older now() than the one it waited for.
  UPDATE module_progress p SET
    status = CASE
      WHEN p.status = 'COMPLETED' OR done THEN 'COMPLETED'
      WHEN stepped THEN 'IN_PROGRESS'
      ELSE p.status END,
    progress_percent = CASE WHEN p.status = 'COMPLETED' THEN 100 ELSE percent END,
    started_at = CASE WHEN stepped OR done THEN coalesce(p.started_at, now()) ELSE p.started_at END,
    completed_at = CASE
      WHEN p.status = 'COMPLETED' THEN p.completed_at
      WHEN done THEN greatest(p.started_at, now()) END,
    last_accessed_at = CASE WHEN stepped THEN greatest(p.last_accessed_at, now()) ELSE p.last_accessed_at END,
    content_version = version_seen,
    version = p.version + CASE WHEN begun THEN 0 ELSE 1 END,
    updated_at = greatest(p.updated_at, now())
  WHERE p.user_id = learner AND p.module_id = studied_module
  RETURNING p.* INTO progress;

  completes := completes AND FOUND;
  IF completes THEN
    INSERT INTO completions (id, user_id, module_id, completed_at)
    VALUES (rules.new_id(), learner, studied_module, (progress).completed_at)
    ON CONFLICT (user_id, module_id) DO NOTHING;
  END IF;
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.recompute_progress(learner uuid, studied_module uuid)
 RETURNS TABLE(progress module_progress, enrollment language_enrollments, stats learner_stats, completes_module boolean, completes_language boolean)
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  studied_language uuid;
  computed record;
BEGIN
  PERFORM rules.lock_learner(learner);
  SELECT m.language_id INTO studied_language FROM modules m WHERE m.id = studied_module;
  SELECT * INTO computed FROM rules.recompute_module(learner, studied_module, true);
  progress := computed.progress;
  completes_module := computed.completes;
  completes_language := false;
  IF (progress).status = 'COMPLETED' THEN
    SELECT r.completed_languages > 0 INTO completes_language FROM rules.recompute_language(learner, studied_language) r;
  END IF;
  SELECT e.* INTO enrollment FROM language_enrollments e
  WHERE e.user_id = learner AND e.language_id = studied_language;
  SELECT s.* INTO stats FROM rules.recompute_learner_stats(learner) s;
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.redrive_outbox(consumer text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  redriven bigint;
BEGIN
  UPDATE outbox_deliveries d SET dead_at = NULL, reason = NULL, attempts = 0, available_at = clock_timestamp()
   WHERE d.consumer = redrive_outbox.consumer AND d.dead_at IS NOT NULL;
  GET DIAGNOSTICS redriven = ROW_COUNT;
  IF redriven > 0 THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN redriven;
END
$function$;

CREATE OR REPLACE FUNCTION rules.refresh_progress(learner uuid, changed_module uuid, changed_language uuid)
 RETURNS TABLE(completed_modules integer, completed_languages integer)
 LANGUAGE plpgsql
 ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  refreshed_language uuid := changed_language;
  completes_module boolean := false;
BEGIN
  PERFORM rules.lock_learner(learner);
  IF changed_module IS NOT NULL THEN
    SELECT r.completes INTO completes_module FROM rules.recompute_module(learner, changed_module, false) r;
    IF completes_module THEN
      SELECT m.language_id INTO refreshed_language FROM modules m WHERE m.id = changed_module;
    END IF;
  END IF;
  SELECT r.completed_modules + completes_module::int, r.completed_languages INTO completed_modules, completed_languages
  FROM rules.recompute_language(learner, refreshed_language) r;
  IF completed_modules + completed_languages > 0 THEN
    PERFORM rules.recompute_learner_stats(learner);
  END IF;
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.refuse_erased_users()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  found boolean;
BEGIN
  -- A look into the index for each row, whatever a plan of another size of statement would be. Auth's users have an id of
  -- their own.
  IF TG_TABLE_NAME = 'users' THEN
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."id")));
  ELSE
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."user_id")));
  END IF;
  IF found THEN
    RAISE EXCEPTION 'insert into "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = TG_NAME || ': the person has been erased.';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_event_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = '23514',
    CONSTRAINT = 'outbox_unchanged_rule',
    MESSAGE = 'UPDATE of "outbox" violates rule "outbox_unchanged_rule"',
    HINT = 'What was told is told; publish another event.';
END
$function$;

CREATE OR REPLACE FUNCTION rules.require_answerable_published_quiz()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (
    SELECT FROM mcq_quizzes
    WHERE id = NEW.id AND content_version = NEW.content_version AND published_at IS NOT NULL AND deleted_at IS NULL
  ) AND NOT rules.is_answerable(NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_quizzes_published_rule',
      MESSAGE = 'quiz violates rule "mcq_quizzes_published_rule"',
      HINT = 'A published quiz needs a live question, each live question a live correct option, and all together points.';
  END IF;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.require_attempt_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NOT EXISTS (
    SELECT FROM rules.attempt_transitions WHERE from_status = OLD.status AND to_status = NEW.status
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'mcq_attempts_transition_rule',
      MESSAGE = format('status from %s to %s violates rule "mcq_attempts_transition_rule"', OLD.status, NEW.status),
      HINT = coalesce(
        (SELECT format('From %s it may become %s.', OLD.status, string_agg(to_status::text, ' or ' ORDER BY to_status))
         FROM rules.attempt_transitions WHERE from_status = OLD.status HAVING count(*) > 0),
        format('%s is final: the learner starts another attempt.', OLD.status));
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.require_prerequisite_of_same_language()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  -- Held to the end of the transaction, so that neither module moves away meanwhile. One that has moved since this
  -- transaction's snapshot collides here.
  PERFORM FROM modules WHERE id IN (NEW.module_id, NEW.prerequisite_id) FOR SHARE;
  IF (SELECT count(DISTINCT language_id) > 1 FROM modules WHERE id IN (NEW.module_id, NEW.prerequisite_id)) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'module_prerequisites_same_language_rule',
      MESSAGE = 'new row violates rule "module_prerequisites_same_language_rule"',
      HINT = 'A module and its prerequisites belong to one language.';
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.require_submission_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NOT EXISTS (
    SELECT FROM rules.submission_transitions WHERE from_status = OLD.status AND to_status = NEW.status
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      CONSTRAINT = 'assignment_submissions_transition_rule',
      MESSAGE = format(
        'status from %s to %s violates rule "assignment_submissions_transition_rule"', OLD.status, NEW.status),
      HINT = coalesce(
        (SELECT format('From %s it may become %s.', OLD.status, string_agg(to_status::text, ' or ' ORDER BY to_status))
         FROM rules.submission_transitions WHERE from_status = OLD.status HAVING count(*) > 0),
        format('%s is final: the learner submits again.', OLD.status));
  END IF;
  -- Each run is a try with a claim of its own, which ends with it.
  IF NEW.status = 'RUNNING' THEN
    NEW.tries := OLD.tries + 1;
    NEW.claim_expires_at := coalesce(NEW.claim_expires_at, now() + interval '5 minutes');
  ELSE
    NEW.worker := NULL;
    NEW.claim_expires_at := NULL;
  END IF;
  RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.search_words(title text, description text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'public'
RETURN (setweight(to_tsvector('english'::regconfig, "left"(title, 10000)), 'A'::"char") || setweight(to_tsvector('english'::regconfig, COALESCE("left"(description, 10000), ''::text)), 'B'::"char"));

CREATE OR REPLACE FUNCTION rules.start_attempt(learner uuid, started_quiz uuid)
 RETURNS TABLE(starter uuid, attempt mcq_attempts, answers mcq_answers[], resumed boolean, refused text, retry_at timestamp with time zone)
 LANGUAGE plpgsql
 STRICT ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  quiz mcq_quizzes;
  last_number int;
BEGIN
  PERFORM rules.lock_learner(learner);
  starter := learner;
  SELECT q.* INTO quiz FROM mcq_quizzes q WHERE q.id = started_quiz;
  SELECT t.* INTO attempt FROM mcq_attempts t
  WHERE t.user_id = learner AND t.quiz_id = started_quiz AND t.status = 'IN_PROGRESS';
  resumed := FOUND AND coalesce(rules.attempt_deadline(attempt) >= clock_timestamp(), true);

  IF NOT resumed THEN
    PERFORM rules.end_attempt((attempt).id);
    attempt := NULL;
    SELECT coalesce(max(t.attempt_number), 0), max(coalesce(t.completed_at, t.updated_at)) + make_interval(mins => quiz.cooldown)
    INTO last_number, retry_at
    FROM mcq_attempts t WHERE t.user_id = learner AND t.quiz_id = started_quiz;
    refused := CASE
      WHEN quiz.max_attempts <= (
        SELECT count(*) FROM mcq_attempts t WHERE t.user_id = learner AND t.quiz_id = started_quiz) THEN 'EXHAUSTED'
      WHEN retry_at > clock_timestamp() THEN 'TOO_SOON' END;
    IF refused IS NULL THEN
      INSERT INTO mcq_attempts AS t (
        id, user_id, quiz_id, attempt_number, max_score, passing_score, time_limit, grace_period, started_at)
      VALUES (
        rules.new_id(), learner, started_quiz, last_number + 1,
        (SELECT coalesce(sum(q.points), 0) FROM mcq_questions q WHERE q.quiz_id = started_quiz AND q.deleted_at IS NULL),
        quiz.passing_score, quiz.time_limit, quiz.grace_period, clock_timestamp())
      RETURNING t.* INTO attempt;
      INSERT INTO mcq_answers (id, attempt_id, quiz_id, question_id, question_revision, is_correct, snapshot)
      SELECT rules.new_id(), (attempt).id, q.quiz_id, q.id, q.revision, false, jsonb_build_object(
        'question', q.question, 'points', q.points, 'options', (
          SELECT coalesce(jsonb_agg(
            jsonb_build_object('id', o.id, 'text', o.option_text, 'isCorrect', o.is_correct) ORDER BY o."order", o.id), '[]')
          FROM mcq_options o WHERE o.question_id = q.id AND o.deleted_at IS NULL))
        || CASE WHEN q.scoring = 'MATCH_CORRECT' THEN '{}' ELSE jsonb_build_object('scoring', q.scoring) END
      FROM mcq_questions q WHERE q.quiz_id = started_quiz AND q.deleted_at IS NULL;
    END IF;
  END IF;

  answers := ARRAY(
    SELECT a FROM mcq_answers a JOIN mcq_questions q ON q.id = a.question_id
    WHERE a.attempt_id = (attempt).id ORDER BY q."order", q.id);
  RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_certificates()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.certificate', c.id::text, 1, 'certificate.issued', jsonb_build_object(
      'userId', c.user_id, 'certificateId', c.id, 'certificateTitle', c.title, 'credentialId', c.credential_id)
    FROM "inserted" c;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.tell_completions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.completion', c.id::text, 1, 'module.completed',
      jsonb_build_object('userId', c.user_id, 'moduleId', m.id, 'moduleTitle', m.title)
    FROM "inserted" c JOIN modules m ON m.id = c.module_id;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.tell_grade()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF NEW.status IN ('PASSED', 'FAILED')
    AND (OLD.status, OLD.score, OLD.tries) IS DISTINCT FROM (NEW.status, NEW.score, NEW.tries)
  THEN
    PERFORM rules.tell_grades(ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.tell_graded_submissions()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM rules.tell_grades(array_agg(id)) FROM "inserted" WHERE status IN ('PASSED', 'FAILED');
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.tell_grades(submissions uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
BEGIN
  INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
  SELECT rules.new_event_id(), 'learning.submission', s.id::text, s.tries, 'submission.graded', jsonb_build_object(
      'userId', s.user_id, 'submissionId', s.id, 'assignmentId', a.id, 'assignmentTitle', a.title,
      'score', s.score, 'maxScore', s.max_score)
    FROM assignment_submissions s JOIN assignments a ON a.id = s.assignment_id
   WHERE s.id = ANY (submissions) AND s.status IN ('PASSED', 'FAILED');
END
$function$;

CREATE OR REPLACE FUNCTION rules.users_here(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT DISTINCT user_id, NULL::integer FROM language_enrollments WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM module_progress WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM material_progress WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM completions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM learner_stats WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM assignment_submissions WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM mcq_attempts WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM certificates WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT verified_by, NULL::integer FROM certificates WHERE verified_by BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT analyzed_by, NULL::integer FROM assignment_analyses WHERE analyzed_by BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT analyzed_by, NULL::integer FROM quiz_analyses WHERE analyzed_by BETWEEN from_id AND upto_id
$function$;

-- Sequences

CREATE SEQUENCE certificates_status_list_index_seq AS integer INCREMENT 1;

CREATE SEQUENCE outbox_deliveries_sequence_seq AS bigint INCREMENT 1;

-- Tables

CREATE TABLE assignment_analyses (
    id uuid NOT NULL,
    submission_id uuid NOT NULL,
    analysis_type "AnalysisType" DEFAULT 'AI'::"AnalysisType" NOT NULL,
    overall_score double precision,
    strengths text[] DEFAULT ARRAY[]::text[] NOT NULL,
    weaknesses text[] DEFAULT ARRAY[]::text[] NOT NULL,
    suggestions text[] DEFAULT ARRAY[]::text[] NOT NULL,
    code_quality jsonb,
    detailed_feedback text,
    ai_model text,
    ai_prompt text,
    analyzed_by uuid,
    version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT assignment_analyses_pkey PRIMARY KEY (id),
    CONSTRAINT assignment_analyses_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES assignment_submissions(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT assignment_analyses_author_named_check CHECK ((((analysis_type = 'MANUAL'::"AnalysisType") OR (ai_model IS NOT NULL)) AND ((analysis_type = 'AI'::"AnalysisType") OR (analyzed_by IS NOT NULL)))),
    CONSTRAINT assignment_analyses_code_quality_object_check CHECK ((jsonb_typeof(code_quality) = 'object'::text)),
    CONSTRAINT assignment_analyses_overall_score_percent_check CHECK (((overall_score >= (0)::double precision) AND (overall_score <= (100)::double precision)))
);
CREATE INDEX assignment_analyses_analyzed_by_idx ON public.assignment_analyses USING btree (analyzed_by);
CREATE UNIQUE INDEX assignment_analyses_submission_id_key ON public.assignment_analyses USING btree (submission_id);

CREATE TABLE assignment_submissions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    code text NOT NULL,
    language text NOT NULL,
    language_id uuid,
    status "SubmissionStatus" DEFAULT 'PENDING'::"SubmissionStatus" NOT NULL,
    score double precision,
    max_score double precision NOT NULL,
    feedback text,
    analysis_type "AnalysisType" DEFAULT 'AI'::"AnalysisType" NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    worker text,
    claim_expires_at timestamp(3) with time zone,
    review_tries integer DEFAULT 0 NOT NULL,
    review_expires_at timestamp(3) with time zone,
    reviewed_at timestamp(3) with time zone,
    submitted_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    graded_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT assignment_submissions_pkey PRIMARY KEY (id),
    CONSTRAINT assignment_submissions_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT assignment_submissions_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT assignment_submissions_claimed_while_running_check CHECK (((status = 'RUNNING'::"SubmissionStatus") OR ((claim_expires_at IS NULL) AND (worker IS NULL)))),
    CONSTRAINT assignment_submissions_graded_after_submission_check CHECK ((graded_at >= submitted_at)),
    CONSTRAINT assignment_submissions_graded_has_score_check CHECK (((status = ANY (ARRAY['PASSED'::"SubmissionStatus", 'FAILED'::"SubmissionStatus"])) = (score IS NOT NULL))),
    CONSTRAINT assignment_submissions_graded_has_time_check CHECK (((status = ANY (ARRAY['PASSED'::"SubmissionStatus", 'FAILED'::"SubmissionStatus"])) = (graded_at IS NOT NULL))),
    CONSTRAINT assignment_submissions_max_score_up_to_a_million_check CHECK (((max_score >= (0)::double precision) AND (max_score <= (1000000)::double precision))),
    CONSTRAINT assignment_submissions_score_within_max_check CHECK (((score >= (0)::double precision) AND (score <= max_score)))
);
CREATE INDEX assignment_submissions_assignment_id_submitted_at_idx ON public.assignment_submissions USING btree (assignment_id, submitted_at DESC);
CREATE INDEX assignment_submissions_claim_expires_at_running_idx ON public.assignment_submissions USING btree (claim_expires_at) WHERE (status = 'RUNNING'::"SubmissionStatus");
CREATE INDEX assignment_submissions_language_id_idx ON public.assignment_submissions USING btree (language_id);
CREATE INDEX assignment_submissions_language_id_submitted_at_id_pending_idx ON public.assignment_submissions USING btree (language_id, submitted_at, id) WHERE (status = 'PENDING'::"SubmissionStatus");
CREATE INDEX assignment_submissions_submitted_at_id_pending_idx ON public.assignment_submissions USING btree (submitted_at, id) WHERE (status = 'PENDING'::"SubmissionStatus");
CREATE INDEX assignment_submissions_submitted_at_id_unreviewed_idx ON public.assignment_submissions USING btree (submitted_at, id) WHERE ((reviewed_at IS NULL) AND (analysis_type <> 'AI'::"AnalysisType"));
CREATE INDEX assignment_submissions_user_id_assignment_id_submitted_at_idx ON public.assignment_submissions USING btree (user_id, assignment_id, submitted_at DESC);
CREATE TRIGGER assignment_submissions_erased_user_rule AFTER INSERT ON public.assignment_submissions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER assignment_submissions_grade_told AFTER UPDATE ON public.assignment_submissions FOR EACH ROW EXECUTE FUNCTION rules.tell_grade();
CREATE TRIGGER assignment_submissions_passed_immutable_rule BEFORE UPDATE ON public.assignment_submissions FOR EACH ROW WHEN (((old.status = 'PASSED'::"SubmissionStatus") AND (new.status = 'PASSED'::"SubmissionStatus"))) EXECUTE FUNCTION rules.forbid_change('A pass is final, because a module and a certificate may rest on it. Its feedback alone may change.', 'feedback', 'review_tries', 'review_expires_at', 'reviewed_at', 'updated_at');
CREATE TRIGGER assignment_submissions_told AFTER INSERT ON public.assignment_submissions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_graded_submissions();
CREATE TRIGGER assignment_submissions_transition_rule BEFORE UPDATE OF status ON public.assignment_submissions FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION rules.require_submission_transition();

CREATE TABLE assignments (
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    title text NOT NULL,
    slug text,
    place integer,
    kind "ExerciseKind",
    status "ExerciseStatus",
    blurb text,
    description text NOT NULL,
    difficulty "Difficulty" NOT NULL,
    level integer,
    topics text[] DEFAULT ARRAY[]::text[] NOT NULL,
    prerequisites text[] DEFAULT ARRAY[]::text[] NOT NULL,
    teaches text[] DEFAULT ARRAY[]::text[] NOT NULL,
    practices text[] DEFAULT ARRAY[]::text[] NOT NULL,
    authors text[] DEFAULT ARRAY[]::text[] NOT NULL,
    contributors text[] DEFAULT ARRAY[]::text[] NOT NULL,
    licence text,
    source text,
    source_url text,
    starter_code text,
    test_cases jsonb NOT NULL,
    hints jsonb DEFAULT '[]'::jsonb NOT NULL,
    max_score double precision DEFAULT 100 NOT NULL,
    time_limit integer,
    estimated_duration integer,
    authored jsonb,
    published_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT assignments_pkey PRIMARY KEY (id),
    CONSTRAINT assignments_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT assignments_authored_object_check CHECK ((jsonb_typeof(authored) = 'object'::text)),
    CONSTRAINT assignments_estimated_duration_not_negative_check CHECK ((estimated_duration >= 0)),
    CONSTRAINT assignments_hints_shape_check CHECK ((hints = jsonb_path_query_array(hints, 'strict $[*]?(@.type() == "string")'::jsonpath, '{}'::jsonb, true))),
    CONSTRAINT assignments_level_from_1_to_10_check CHECK (((level >= 1) AND (level <= 10))),
    CONSTRAINT assignments_max_score_up_to_a_million_check CHECK (((max_score >= (0)::double precision) AND (max_score <= (1000000)::double precision))),
    CONSTRAINT assignments_place_not_negative_check CHECK ((place >= 0)),
    CONSTRAINT assignments_slug_format_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT assignments_test_cases_shape_check CHECK ((test_cases = jsonb_path_query_array(test_cases, 'strict $[*]?((((@."name".type() == "string" && @."input".type() == "string") && @."expectedOutput".type() == "string") && @."hidden".type() == "boolean") && @."points" >= 0)'::jsonpath, '{}'::jsonb, true))),
    CONSTRAINT assignments_time_limit_positive_check CHECK ((time_limit > 0))
);
CREATE INDEX assignments_module_id_created_at_id_idx ON public.assignments USING btree (module_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX assignments_module_id_slug_key ON public.assignments USING btree (module_id, slug) WHERE (deleted_at IS NULL);
CREATE TRIGGER assignments_deleted_steps AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE TRIGGER assignments_inserted_steps AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE TRIGGER assignments_updated_steps AFTER UPDATE ON public.assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();

CREATE TABLE certificates (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type "CertificateType" NOT NULL,
    language_id uuid,
    module_id uuid,
    title text NOT NULL,
    holder_name text,
    description text,
    criteria text,
    certificate_url text,
    credential_id text NOT NULL,
    is_verified boolean DEFAULT false NOT NULL,
    verified_by uuid,
    score double precision,
    grade "CertificateGrade",
    issued_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    revoked_reason text,
    renewed_at timestamp(3) with time zone,
    renewal_of_id uuid,
    status_list_index integer DEFAULT nextval('certificates_status_list_index_seq'::regclass) NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT certificates_pkey PRIMARY KEY (id),
    CONSTRAINT certificates_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT certificates_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT certificates_renewal_of_id_fkey FOREIGN KEY (renewal_of_id) REFERENCES certificates(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT certificates_credential_id_unguessable_check CHECK ((credential_id ~ '^[0-9a-f]{32,64}$'::text)),
    CONSTRAINT certificates_expires_after_issue_check CHECK ((expires_at > issued_at)),
    CONSTRAINT certificates_renewed_after_issue_check CHECK ((renewed_at >= issued_at)),
    CONSTRAINT certificates_revoked_after_issue_check CHECK ((revoked_at >= issued_at)),
    CONSTRAINT certificates_revoked_has_reason_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT certificates_revoked_reason_not_blank_check CHECK ((revoked_reason ~ '\S'::text)),
    CONSTRAINT certificates_score_percent_check CHECK (((score >= (0)::double precision) AND (score <= (100)::double precision))),
    CONSTRAINT certificates_subject_matches_type_check CHECK ((((type = 'LANGUAGE_COMPLETION'::"CertificateType") = (language_id IS NOT NULL)) AND ((type = 'MODULE_COMPLETION'::"CertificateType") = (module_id IS NOT NULL)))),
    CONSTRAINT certificates_verified_by_only_if_verified_check CHECK (((verified_by IS NULL) OR is_verified))
);
CREATE UNIQUE INDEX certificates_credential_id_key ON public.certificates USING btree (credential_id);
CREATE INDEX certificates_language_id_idx ON public.certificates USING btree (language_id);
CREATE INDEX certificates_module_id_idx ON public.certificates USING btree (module_id);
CREATE UNIQUE INDEX certificates_renewal_of_id_key ON public.certificates USING btree (renewal_of_id);
CREATE UNIQUE INDEX certificates_status_list_index_key ON public.certificates USING btree (status_list_index);
CREATE INDEX certificates_user_id_issued_at_id_idx ON public.certificates USING btree (user_id, issued_at DESC, id DESC);
CREATE UNIQUE INDEX certificates_user_id_language_id_current_key ON public.certificates USING btree (user_id, language_id) WHERE ((revoked_at IS NULL) AND (renewed_at IS NULL));
CREATE UNIQUE INDEX certificates_user_id_module_id_current_key ON public.certificates USING btree (user_id, module_id) WHERE ((revoked_at IS NULL) AND (renewed_at IS NULL));
CREATE INDEX certificates_verified_by_idx ON public.certificates USING btree (verified_by);
CREATE TRIGGER certificates_erased_user_rule AFTER INSERT ON public.certificates REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER certificates_immutable_rule BEFORE UPDATE ON public.certificates FOR EACH ROW EXECUTE FUNCTION rules.forbid_change('Of an issued certificate only verification, renewal and revocation may change: renew it, or revoke it and issue another.', 'is_verified', 'verified_by', 'renewed_at', 'revoked_at', 'revoked_reason', 'updated_at');
CREATE TRIGGER certificates_revocation_final_rule BEFORE UPDATE ON public.certificates FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION rules.forbid_change('A revocation is final: issue another certificate.', 'is_verified', 'verified_by', 'updated_at');
CREATE TRIGGER certificates_told AFTER INSERT ON public.certificates REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_certificates();

CREATE TABLE completions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    module_id uuid,
    language_id uuid,
    completed_at timestamp(3) with time zone NOT NULL,
    reported_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT completions_pkey PRIMARY KEY (id),
    CONSTRAINT completions_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT completions_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT completions_of_one_subject_check CHECK (((module_id IS NULL) <> (language_id IS NULL)))
);
CREATE INDEX completions_created_at_id_unreported_idx ON public.completions USING btree (created_at, id) WHERE (reported_at IS NULL);
CREATE INDEX completions_language_id_idx ON public.completions USING btree (language_id);
CREATE INDEX completions_module_id_idx ON public.completions USING btree (module_id);
CREATE UNIQUE INDEX completions_user_id_language_id_key ON public.completions USING btree (user_id, language_id);
CREATE UNIQUE INDEX completions_user_id_module_id_key ON public.completions USING btree (user_id, module_id);
CREATE TRIGGER completions_erased_user_rule AFTER INSERT ON public.completions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER completions_told AFTER INSERT ON public.completions REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_completions();

CREATE TABLE course_files (
    id uuid NOT NULL,
    language_id uuid,
    module_id uuid,
    assignment_id uuid,
    path text NOT NULL,
    role "FileRole" DEFAULT 'OTHER'::"FileRole" NOT NULL,
    content bytea NOT NULL,
    executable boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT course_files_pkey PRIMARY KEY (id),
    CONSTRAINT course_files_assignment_id_fkey FOREIGN KEY (assignment_id) REFERENCES assignments(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT course_files_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT course_files_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT course_files_content_up_to_five_mebibytes_check CHECK ((octet_length(content) <= 5242880)),
    CONSTRAINT course_files_of_one_owner_check CHECK ((num_nonnulls(language_id, module_id, assignment_id) = 1)),
    CONSTRAINT course_files_path_relative_check CHECK (((length(path) <= 1000) AND (path !~ '[[:cntrl:]\\:]'::text) AND (path !~ '(^|/)\.{0,2}(/|$)'::text)))
);
CREATE UNIQUE INDEX course_files_assignment_id_path_key ON public.course_files USING btree (assignment_id, path);
CREATE UNIQUE INDEX course_files_language_id_path_key ON public.course_files USING btree (language_id, path);
CREATE UNIQUE INDEX course_files_module_id_path_key ON public.course_files USING btree (module_id, path);

CREATE TABLE erased_users (
    user_hash bytea NOT NULL,
    request_id uuid NOT NULL,
    tables jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT erased_users_pkey PRIMARY KEY (user_hash),
    CONSTRAINT erased_users_tables_check CHECK ((jsonb_typeof(tables) = 'object'::text)),
    CONSTRAINT erased_users_user_hash_check CHECK ((octet_length(user_hash) = 32))
);

CREATE TABLE language_enrollments (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    language_id uuid NOT NULL,
    status "EnrollmentStatus" DEFAULT 'ACTIVE'::"EnrollmentStatus" NOT NULL,
    weekly_hours integer,
    enrolled_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    completed_at timestamp(3) with time zone,
    content_version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT language_enrollments_pkey PRIMARY KEY (id),
    CONSTRAINT language_enrollments_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT language_enrollments_completed_after_enrolment_check CHECK ((completed_at >= enrolled_at)),
    CONSTRAINT language_enrollments_completed_has_time_check CHECK (((status = 'COMPLETED'::"EnrollmentStatus") = (completed_at IS NOT NULL))),
    CONSTRAINT language_enrollments_weekly_hours_of_a_week_check CHECK (((weekly_hours >= 0) AND (weekly_hours <= 168)))
);
CREATE INDEX language_enrollments_language_id_content_version_kept_idx ON public.language_enrollments USING btree (language_id, content_version) WHERE (status <> 'DROPPED'::"EnrollmentStatus");
CREATE INDEX language_enrollments_language_id_idx ON public.language_enrollments USING btree (language_id);
CREATE UNIQUE INDEX language_enrollments_user_id_language_id_key ON public.language_enrollments USING btree (user_id, language_id);
CREATE TRIGGER language_enrollments_erased_user_rule AFTER INSERT ON public.language_enrollments REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER language_enrollments_taken_up_version BEFORE UPDATE OF status ON public.language_enrollments FOR EACH ROW WHEN (((old.status = 'DROPPED'::"EnrollmentStatus") AND (new.status <> 'DROPPED'::"EnrollmentStatus"))) EXECUTE FUNCTION rules.judge_anew();

CREATE TABLE learner_stats (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    total_learning_hours integer DEFAULT 0 NOT NULL,
    courses_completed integer DEFAULT 0 NOT NULL,
    modules_completed integer DEFAULT 0 NOT NULL,
    assignments_passed integer DEFAULT 0 NOT NULL,
    quizzes_passed integer DEFAULT 0 NOT NULL,
    certificates_earned integer DEFAULT 0 NOT NULL,
    last_learned_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT learner_stats_pkey PRIMARY KEY (id),
    CONSTRAINT learner_stats_totals_not_negative_check CHECK ((LEAST(total_learning_hours, courses_completed, modules_completed, assignments_passed, quizzes_passed, certificates_earned) >= 0))
);
CREATE UNIQUE INDEX learner_stats_user_id_key ON public.learner_stats USING btree (user_id);
CREATE TRIGGER learner_stats_erased_user_rule AFTER INSERT ON public.learner_stats REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE material_progress (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    material_id uuid NOT NULL,
    completed boolean DEFAULT false NOT NULL,
    view_count integer DEFAULT 0 NOT NULL,
    last_viewed_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    completed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT material_progress_pkey PRIMARY KEY (id),
    CONSTRAINT material_progress_material_id_fkey FOREIGN KEY (material_id) REFERENCES materials(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT material_progress_completed_has_time_check CHECK ((completed = (completed_at IS NOT NULL))),
    CONSTRAINT material_progress_view_count_not_negative_check CHECK ((view_count >= 0))
);
CREATE INDEX material_progress_material_id_idx ON public.material_progress USING btree (material_id);
CREATE UNIQUE INDEX material_progress_user_id_material_id_key ON public.material_progress USING btree (user_id, material_id);
CREATE TRIGGER material_progress_erased_user_rule AFTER INSERT ON public.material_progress REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE materials (
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    title text NOT NULL,
    slug text,
    type "MaterialType" NOT NULL,
    content text NOT NULL,
    duration integer,
    "order" integer NOT NULL,
    authored jsonb,
    published_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT materials_pkey PRIMARY KEY (id),
    CONSTRAINT materials_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT materials_authored_object_check CHECK ((jsonb_typeof(authored) = 'object'::text)),
    CONSTRAINT materials_duration_not_negative_check CHECK ((duration >= 0)),
    CONSTRAINT materials_order_not_negative_check CHECK (("order" >= 0)),
    CONSTRAINT materials_slug_format_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
CREATE INDEX materials_module_id_order_id_idx ON public.materials USING btree (module_id, "order", id);
CREATE UNIQUE INDEX materials_module_id_slug_key ON public.materials USING btree (module_id, slug) WHERE (deleted_at IS NULL);
CREATE TRIGGER materials_appended_order BEFORE INSERT ON public.materials FOR EACH ROW WHEN ((new."order" IS NULL)) EXECUTE FUNCTION rules.append_sibling('modules', 'module_id');
CREATE TRIGGER materials_deleted_steps AFTER DELETE ON public.materials REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE TRIGGER materials_inserted_steps AFTER INSERT ON public.materials REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE TRIGGER materials_updated_steps AFTER UPDATE ON public.materials REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();

CREATE TABLE mcq_answers (
    id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    quiz_id uuid NOT NULL,
    question_id uuid NOT NULL,
    question_revision integer DEFAULT 0 NOT NULL,
    selected_option_id uuid,
    selected_option_ids uuid[] DEFAULT ARRAY[]::uuid[] NOT NULL,
    is_correct boolean NOT NULL,
    partial_points integer,
    snapshot jsonb,
    answered_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT mcq_answers_pkey PRIMARY KEY (id),
    CONSTRAINT mcq_answers_attempt_id_quiz_id_fkey FOREIGN KEY (attempt_id, quiz_id) REFERENCES mcq_attempts(id, quiz_id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT mcq_answers_question_id_quiz_id_question_revision_fkey FOREIGN KEY (question_id, quiz_id, question_revision) REFERENCES mcq_questions(id, quiz_id, revision) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT mcq_answers_question_id_selected_option_id_fkey FOREIGN KEY (question_id, selected_option_id) REFERENCES mcq_options(question_id, id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT mcq_answers_answered_has_snapshot_check CHECK (((selected_option_id IS NULL) OR (snapshot IS NOT NULL))),
    CONSTRAINT mcq_answers_correct_has_option_check CHECK (((selected_option_id IS NOT NULL) OR (selected_option_ids <> '{}'::uuid[]) OR (NOT is_correct))),
    CONSTRAINT mcq_answers_partial_points_check CHECK (((partial_points IS NULL) OR ((partial_points >= 0) AND (NOT is_correct)))),
    CONSTRAINT mcq_answers_several_options_check CHECK (((selected_option_ids = '{}'::uuid[]) OR ((cardinality(selected_option_ids) > 1) AND (selected_option_id IS NULL) AND (snapshot IS NOT NULL)))),
    CONSTRAINT mcq_answers_snapshot_shape_check CHECK (jsonb_path_exists(snapshot, 'strict $?((@."question".type() == "string" && @."points" >= 0) && @."options".type() == "array")'::jsonpath))
);
CREATE UNIQUE INDEX mcq_answers_attempt_id_question_id_key ON public.mcq_answers USING btree (attempt_id, question_id);
CREATE INDEX mcq_answers_question_id_selected_option_id_idx ON public.mcq_answers USING btree (question_id, selected_option_id);
CREATE TRIGGER mcq_answers_of_open_attempt_rule BEFORE DELETE OR UPDATE ON public.mcq_answers FOR EACH ROW EXECUTE FUNCTION rules.forbid_changing_answer_of_ended_attempt();

CREATE TABLE mcq_attempts (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    quiz_id uuid NOT NULL,
    attempt_number integer NOT NULL,
    status "AttemptStatus" DEFAULT 'IN_PROGRESS'::"AttemptStatus" NOT NULL,
    score integer,
    max_score integer NOT NULL,
    passing_score integer NOT NULL,
    time_limit integer,
    grace_period integer DEFAULT 0 NOT NULL,
    passed boolean,
    started_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    completed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT mcq_attempts_pkey PRIMARY KEY (id),
    CONSTRAINT mcq_attempts_quiz_id_fkey FOREIGN KEY (quiz_id) REFERENCES mcq_quizzes(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT mcq_attempts_attempt_number_from_one_check CHECK ((attempt_number >= 1)),
    CONSTRAINT mcq_attempts_completed_after_start_check CHECK ((completed_at >= started_at)),
    CONSTRAINT mcq_attempts_completed_has_result_check CHECK ((((status = 'COMPLETED'::"AttemptStatus") = (score IS NOT NULL)) AND ((status = 'COMPLETED'::"AttemptStatus") = (passed IS NOT NULL)))),
    CONSTRAINT mcq_attempts_completed_has_time_check CHECK (((status = 'COMPLETED'::"AttemptStatus") = (completed_at IS NOT NULL))),
    CONSTRAINT mcq_attempts_grace_period_of_an_hour_check CHECK (((grace_period >= 0) AND (grace_period <= 3600))),
    CONSTRAINT mcq_attempts_max_score_not_negative_check CHECK ((max_score >= 0)),
    CONSTRAINT mcq_attempts_passing_score_percent_check CHECK (((passing_score >= 0) AND (passing_score <= 100))),
    CONSTRAINT mcq_attempts_score_within_max_check CHECK (((score >= 0) AND (score <= max_score))),
    CONSTRAINT mcq_attempts_time_limit_positive_check CHECK ((time_limit > 0))
);
CREATE UNIQUE INDEX mcq_attempts_id_quiz_id_key ON public.mcq_attempts USING btree (id, quiz_id);
CREATE INDEX mcq_attempts_quiz_id_idx ON public.mcq_attempts USING btree (quiz_id);
CREATE INDEX mcq_attempts_started_at_timed_open_idx ON public.mcq_attempts USING btree (started_at) WHERE ((status = 'IN_PROGRESS'::"AttemptStatus") AND (time_limit IS NOT NULL));
CREATE UNIQUE INDEX mcq_attempts_user_id_quiz_id_attempt_number_key ON public.mcq_attempts USING btree (user_id, quiz_id, attempt_number);
CREATE UNIQUE INDEX mcq_attempts_user_id_quiz_id_open_key ON public.mcq_attempts USING btree (user_id, quiz_id) WHERE (status = 'IN_PROGRESS'::"AttemptStatus");
CREATE INDEX mcq_attempts_user_id_quiz_id_started_at_idx ON public.mcq_attempts USING btree (user_id, quiz_id, started_at DESC);
CREATE TRIGGER mcq_attempts_ended_immutable_rule BEFORE UPDATE ON public.mcq_attempts FOR EACH ROW WHEN (((old.status <> 'IN_PROGRESS'::"AttemptStatus") AND (old.status = new.status))) EXECUTE FUNCTION rules.forbid_change('An attempt that is over is evidence: the learner starts another one.', 'updated_at');
CREATE TRIGGER mcq_attempts_erased_user_rule AFTER INSERT ON public.mcq_attempts REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER mcq_attempts_transition_rule BEFORE UPDATE OF status ON public.mcq_attempts FOR EACH ROW WHEN ((old.status IS DISTINCT FROM new.status)) EXECUTE FUNCTION rules.require_attempt_transition();

CREATE TABLE mcq_options (
    id uuid NOT NULL,
    question_id uuid NOT NULL,
    option_text text NOT NULL,
    is_correct boolean NOT NULL,
    "order" integer NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT mcq_options_pkey PRIMARY KEY (id),
    CONSTRAINT mcq_options_question_id_fkey FOREIGN KEY (question_id) REFERENCES mcq_questions(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT mcq_options_order_not_negative_check CHECK (("order" >= 0))
);
CREATE UNIQUE INDEX mcq_options_question_id_id_key ON public.mcq_options USING btree (question_id, id);
CREATE INDEX mcq_options_question_id_order_id_idx ON public.mcq_options USING btree (question_id, "order", id);
CREATE TRIGGER mcq_options_answered_rule BEFORE UPDATE OF option_text, is_correct, question_id ON public.mcq_options FOR EACH ROW WHEN ((((old.option_text IS DISTINCT FROM new.option_text) OR (old.is_correct IS DISTINCT FROM new.is_correct)) OR (old.question_id IS DISTINCT FROM new.question_id))) EXECUTE FUNCTION rules.forbid_editing_option_of_answered_question();
CREATE TRIGGER mcq_options_deleted_content AFTER DELETE ON public.mcq_options REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes_of_questions();
CREATE TRIGGER mcq_options_inserted_content AFTER INSERT ON public.mcq_options REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes_of_questions();
CREATE TRIGGER mcq_options_updated_content AFTER UPDATE ON public.mcq_options REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes_of_questions();

CREATE TABLE mcq_questions (
    id uuid NOT NULL,
    quiz_id uuid NOT NULL,
    question text NOT NULL,
    explanation text,
    "order" integer NOT NULL,
    points integer DEFAULT 1 NOT NULL,
    scoring "QuestionScoring" DEFAULT 'MATCH_CORRECT'::"QuestionScoring" NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT mcq_questions_pkey PRIMARY KEY (id),
    CONSTRAINT mcq_questions_quiz_id_fkey FOREIGN KEY (quiz_id) REFERENCES mcq_quizzes(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT mcq_questions_order_not_negative_check CHECK (("order" >= 0)),
    CONSTRAINT mcq_questions_points_up_to_1000_check CHECK (((points >= 0) AND (points <= 1000)))
);
CREATE UNIQUE INDEX mcq_questions_id_quiz_id_revision_key ON public.mcq_questions USING btree (id, quiz_id, revision);
CREATE INDEX mcq_questions_quiz_id_order_id_idx ON public.mcq_questions USING btree (quiz_id, "order", id);
CREATE TRIGGER mcq_questions_answered_rule BEFORE UPDATE OF question, points, scoring ON public.mcq_questions FOR EACH ROW WHEN ((((old.question IS DISTINCT FROM new.question) OR (old.points IS DISTINCT FROM new.points)) OR (old.scoring IS DISTINCT FROM new.scoring))) EXECUTE FUNCTION rules.forbid_editing_answered_question();
CREATE TRIGGER mcq_questions_appended_order BEFORE INSERT ON public.mcq_questions FOR EACH ROW WHEN ((new."order" IS NULL)) EXECUTE FUNCTION rules.append_sibling('mcq_quizzes', 'quiz_id');
CREATE TRIGGER mcq_questions_deleted_content AFTER DELETE ON public.mcq_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes();
CREATE TRIGGER mcq_questions_inserted_content AFTER INSERT ON public.mcq_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes();
CREATE TRIGGER mcq_questions_updated_content AFTER UPDATE ON public.mcq_questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.raise_version_of_quizzes();

CREATE TABLE mcq_quizzes (
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    title text NOT NULL,
    slug text,
    place integer,
    description text,
    passing_score integer DEFAULT 70 NOT NULL,
    time_limit integer,
    grace_period integer DEFAULT 0 NOT NULL,
    max_attempts integer,
    cooldown integer,
    estimated_duration integer,
    content_version integer DEFAULT 0 NOT NULL,
    authored jsonb,
    published_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT mcq_quizzes_pkey PRIMARY KEY (id),
    CONSTRAINT mcq_quizzes_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT mcq_quizzes_authored_object_check CHECK ((jsonb_typeof(authored) = 'object'::text)),
    CONSTRAINT mcq_quizzes_cooldown_of_a_year_check CHECK (((cooldown >= 0) AND (cooldown <= 525600))),
    CONSTRAINT mcq_quizzes_estimated_duration_not_negative_check CHECK ((estimated_duration >= 0)),
    CONSTRAINT mcq_quizzes_grace_period_of_an_hour_check CHECK (((grace_period >= 0) AND (grace_period <= 3600))),
    CONSTRAINT mcq_quizzes_max_attempts_positive_check CHECK ((max_attempts > 0)),
    CONSTRAINT mcq_quizzes_passing_score_percent_check CHECK (((passing_score >= 0) AND (passing_score <= 100))),
    CONSTRAINT mcq_quizzes_place_not_negative_check CHECK ((place >= 0)),
    CONSTRAINT mcq_quizzes_slug_format_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT mcq_quizzes_time_limit_positive_check CHECK ((time_limit > 0))
);
CREATE INDEX mcq_quizzes_module_id_created_at_id_idx ON public.mcq_quizzes USING btree (module_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX mcq_quizzes_module_id_slug_key ON public.mcq_quizzes USING btree (module_id, slug) WHERE (deleted_at IS NULL);
CREATE TRIGGER mcq_quizzes_deleted_steps AFTER DELETE ON public.mcq_quizzes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE TRIGGER mcq_quizzes_inserted_steps AFTER INSERT ON public.mcq_quizzes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();
CREATE CONSTRAINT TRIGGER mcq_quizzes_published_rule AFTER INSERT OR UPDATE OF published_at, deleted_at, content_version ON public.mcq_quizzes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.published_at IS NOT NULL) AND (new.deleted_at IS NULL))) EXECUTE FUNCTION rules.require_answerable_published_quiz();
CREATE TRIGGER mcq_quizzes_updated_steps AFTER UPDATE ON public.mcq_quizzes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rules.follow_steps();

CREATE TABLE module_prerequisites (
    id uuid NOT NULL,
    module_id uuid NOT NULL,
    prerequisite_id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT module_prerequisites_pkey PRIMARY KEY (id),
    CONSTRAINT module_prerequisites_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT module_prerequisites_prerequisite_id_fkey FOREIGN KEY (prerequisite_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT module_prerequisites_not_itself_check CHECK ((module_id <> prerequisite_id))
);
CREATE UNIQUE INDEX module_prerequisites_module_id_prerequisite_id_key ON public.module_prerequisites USING btree (module_id, prerequisite_id);
CREATE INDEX module_prerequisites_prerequisite_id_idx ON public.module_prerequisites USING btree (prerequisite_id);
CREATE TRIGGER module_prerequisites_acyclic_rule AFTER INSERT OR UPDATE OF module_id, prerequisite_id ON public.module_prerequisites FOR EACH ROW EXECUTE FUNCTION rules.forbid_prerequisite_cycle();
CREATE TRIGGER module_prerequisites_same_language_rule BEFORE INSERT OR UPDATE OF module_id, prerequisite_id ON public.module_prerequisites FOR EACH ROW EXECUTE FUNCTION rules.require_prerequisite_of_same_language();

CREATE TABLE module_progress (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    module_id uuid NOT NULL,
    status "ProgressStatus" DEFAULT 'NOT_STARTED'::"ProgressStatus" NOT NULL,
    progress_percent integer DEFAULT 0 NOT NULL,
    started_at timestamp(3) with time zone,
    completed_at timestamp(3) with time zone,
    last_accessed_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    content_version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT module_progress_pkey PRIMARY KEY (id),
    CONSTRAINT module_progress_module_id_fkey FOREIGN KEY (module_id) REFERENCES modules(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT module_progress_completed_after_start_check CHECK ((completed_at >= started_at)),
    CONSTRAINT module_progress_completed_has_time_check CHECK (((status = 'COMPLETED'::"ProgressStatus") = (completed_at IS NOT NULL))),
    CONSTRAINT module_progress_completed_is_whole_check CHECK (((status <> 'COMPLETED'::"ProgressStatus") OR (progress_percent = 100))),
    CONSTRAINT module_progress_progress_percent_check CHECK (((progress_percent >= 0) AND (progress_percent <= 100))),
    CONSTRAINT module_progress_started_has_time_check CHECK (((status = 'NOT_STARTED'::"ProgressStatus") = (started_at IS NULL)))
);
CREATE INDEX module_progress_module_id_content_version_open_idx ON public.module_progress USING btree (module_id, content_version) WHERE (status <> 'COMPLETED'::"ProgressStatus");
CREATE INDEX module_progress_module_id_idx ON public.module_progress USING btree (module_id);
CREATE UNIQUE INDEX module_progress_user_id_module_id_key ON public.module_progress USING btree (user_id, module_id);
CREATE TRIGGER module_progress_erased_user_rule AFTER INSERT ON public.module_progress REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE modules (
    id uuid NOT NULL,
    language_id uuid NOT NULL,
    title text NOT NULL,
    slug text NOT NULL,
    description text,
    syllabus text,
    "order" integer NOT NULL,
    estimated_duration integer,
    published_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP,
    authors text[] DEFAULT ARRAY[]::text[] NOT NULL,
    contributors text[] DEFAULT ARRAY[]::text[] NOT NULL,
    authored jsonb,
    step_count integer DEFAULT 0 NOT NULL,
    content_version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT modules_pkey PRIMARY KEY (id),
    CONSTRAINT modules_language_id_fkey FOREIGN KEY (language_id) REFERENCES programming_languages(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT modules_authored_object_check CHECK ((jsonb_typeof(authored) = 'object'::text)),
    CONSTRAINT modules_estimated_duration_not_negative_check CHECK ((estimated_duration >= 0)),
    CONSTRAINT modules_order_not_negative_check CHECK (("order" >= 0)),
    CONSTRAINT modules_slug_format_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT modules_step_count_not_negative_check CHECK ((step_count >= 0))
);
CREATE INDEX modules_language_id_order_id_idx ON public.modules USING btree (language_id, "order", id);
CREATE UNIQUE INDEX modules_language_id_slug_key ON public.modules USING btree (language_id, slug) WHERE (deleted_at IS NULL);
CREATE INDEX modules_search_words_live_idx ON public.modules USING gin (rules.search_words(title, description)) WHERE ((deleted_at IS NULL) AND (published_at IS NOT NULL));
CREATE TRIGGER modules_appended_order BEFORE INSERT ON public.modules FOR EACH ROW WHEN ((new."order" IS NULL)) EXECUTE FUNCTION rules.append_sibling('programming_languages', 'language_id');
CREATE TRIGGER modules_deleted_language AFTER DELETE ON public.modules FOR EACH ROW WHEN (rules.asks(old.*)) EXECUTE FUNCTION rules.follow_modules();
CREATE TRIGGER modules_language_rule BEFORE UPDATE OF language_id ON public.modules FOR EACH ROW WHEN ((old.language_id <> new.language_id)) EXECUTE FUNCTION rules.forbid_moving_connected_module();
CREATE TRIGGER modules_updated_language AFTER UPDATE ON public.modules FOR EACH ROW WHEN (((rules.asks(old.*) IS DISTINCT FROM rules.asks(new.*)) OR (old.language_id <> new.language_id))) EXECUTE FUNCTION rules.follow_modules();

CREATE TABLE outbox (
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    occurred_ts timestamp(3) without time zone GENERATED ALWAYS AS ((occurred_at AT TIME ZONE 'UTC'::text)) STORED NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_aggregateid_not_blank_check CHECK ((aggregateid ~ '\S'::text)),
    CONSTRAINT outbox_aggregatetype_format_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT outbox_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT outbox_payload_object_check CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT outbox_payload_size_check CHECK ((octet_length((payload)::text) <= 524288)),
    CONSTRAINT outbox_trace_context_check CHECK (((octet_length(trace_context) >= 1) AND (octet_length(trace_context) <= 512))),
    CONSTRAINT outbox_type_format_check CHECK ((type ~ '^[a-z]+(\.[a-z]+(_[a-z]+)*)+$'::text)),
    CONSTRAINT outbox_version_check CHECK ((version >= 1))
);
CREATE INDEX outbox_occurred_at_idx ON public.outbox USING btree (occurred_at);
CREATE INDEX outbox_user_id_idx ON public.outbox USING btree (((payload ->> 'userId'::text)));
CREATE TRIGGER outbox_addressed AFTER INSERT ON public.outbox REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.address_events();
CREATE TRIGGER outbox_unchanged BEFORE UPDATE ON public.outbox FOR EACH ROW EXECUTE FUNCTION rules.refuse_event_change();

CREATE TABLE outbox_deliveries (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    lease_token uuid,
    leased_until timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT outbox_deliveries_pkey PRIMARY KEY (event_id, consumer),
    CONSTRAINT outbox_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT outbox_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT outbox_deliveries_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT outbox_deliveries_end_check CHECK ((((delivered_at IS NULL) OR (dead_at IS NULL)) AND ((lease_token IS NULL) OR ((delivered_at IS NULL) AND (dead_at IS NULL))))),
    CONSTRAINT outbox_deliveries_lease_check CHECK (((lease_token IS NULL) = (leased_until IS NULL))),
    CONSTRAINT outbox_deliveries_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);
CREATE INDEX outbox_deliveries_aggregate_open_idx ON public.outbox_deliveries USING btree (aggregateid, aggregatetype, consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX outbox_deliveries_consumer_dead_idx ON public.outbox_deliveries USING btree (consumer) WHERE (dead_at IS NOT NULL);
CREATE INDEX outbox_deliveries_consumer_sequence_open_idx ON public.outbox_deliveries USING btree (consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE TABLE programming_languages (
    id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    description text,
    icon text,
    difficulty "Difficulty" DEFAULT 'BEGINNER'::"Difficulty" NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    licence text,
    layout "CourseLayout",
    authored jsonb,
    content_version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT programming_languages_pkey PRIMARY KEY (id),
    CONSTRAINT programming_languages_authored_object_check CHECK ((jsonb_typeof(authored) = 'object'::text)),
    CONSTRAINT programming_languages_layout_of_files_check CHECK (((layout IS NULL) = (authored IS NULL))),
    CONSTRAINT programming_languages_slug_format_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
CREATE UNIQUE INDEX programming_languages_name_key ON public.programming_languages USING btree (name) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX programming_languages_slug_key ON public.programming_languages USING btree (slug) WHERE (deleted_at IS NULL);

CREATE TABLE quiz_analyses (
    id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    analysis_type "AnalysisType" DEFAULT 'AI'::"AnalysisType" NOT NULL,
    performance_breakdown jsonb NOT NULL,
    strong_topics text[] DEFAULT ARRAY[]::text[] NOT NULL,
    weak_topics text[] DEFAULT ARRAY[]::text[] NOT NULL,
    recommendations text[] DEFAULT ARRAY[]::text[] NOT NULL,
    insights text,
    avg_time_per_question integer,
    time_management text,
    ai_model text,
    analyzed_by uuid,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT quiz_analyses_pkey PRIMARY KEY (id),
    CONSTRAINT quiz_analyses_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES mcq_attempts(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT quiz_analyses_author_named_check CHECK ((((analysis_type = 'MANUAL'::"AnalysisType") OR (ai_model IS NOT NULL)) AND ((analysis_type = 'AI'::"AnalysisType") OR (analyzed_by IS NOT NULL)))),
    CONSTRAINT quiz_analyses_avg_time_per_question_not_negative_check CHECK ((avg_time_per_question >= 0)),
    CONSTRAINT quiz_analyses_performance_breakdown_object_check CHECK ((jsonb_typeof(performance_breakdown) = 'object'::text))
);
CREATE INDEX quiz_analyses_analyzed_by_idx ON public.quiz_analyses USING btree (analyzed_by);
CREATE UNIQUE INDEX quiz_analyses_attempt_id_key ON public.quiz_analyses USING btree (attempt_id);

CREATE TABLE received_events (
    id uuid NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone NOT NULL,
    received_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    processed_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT received_events_pkey PRIMARY KEY (id),
    CONSTRAINT received_events_aggregateid_check CHECK (((aggregateid <> ''::text) AND (length(aggregateid) <= 200))),
    CONSTRAINT received_events_aggregatetype_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT received_events_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT received_events_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT received_events_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT received_events_one_end_check CHECK (((processed_at IS NULL) OR (dead_at IS NULL))),
    CONSTRAINT received_events_payload_check CHECK (((jsonb_typeof(payload) = 'object'::text) AND (octet_length((payload)::text) <= 524288))),
    CONSTRAINT received_events_type_check CHECK (((type <> ''::text) AND (length(type) <= 100))),
    CONSTRAINT received_events_version_check CHECK ((version >= 1))
);
CREATE INDEX received_events_dead_idx ON public.received_events USING btree (dead_at) WHERE (dead_at IS NOT NULL);
CREATE INDEX received_events_open_idx ON public.received_events USING btree (available_at, aggregateversion) WHERE ((processed_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX received_events_user_idx ON public.received_events USING btree (((payload ->> 'userId'::text)));

CREATE TABLE rules.attempt_transitions (
    from_status "AttemptStatus" NOT NULL,
    to_status "AttemptStatus" NOT NULL,
    CONSTRAINT attempt_transitions_pkey PRIMARY KEY (from_status, to_status)
);

CREATE TABLE rules.event_consumers (
    type text NOT NULL,
    version integer NOT NULL,
    consumer text NOT NULL,
    CONSTRAINT event_consumers_pkey PRIMARY KEY (type, version, consumer)
);

CREATE TABLE rules.submission_transitions (
    from_status "SubmissionStatus" NOT NULL,
    to_status "SubmissionStatus" NOT NULL,
    CONSTRAINT submission_transitions_pkey PRIMARY KEY (from_status, to_status)
);

-- Rows of rules.attempt_transitions
--   (IN_PROGRESS,ABANDONED)
--   (IN_PROGRESS,COMPLETED)

-- Rows of rules.event_consumers
--   (certificate.issued,1,activity)
--   (module.completed,1,activity)
--   (submission.graded,1,activity)

-- Rows of rules.submission_transitions
--   (ERROR,PENDING)
--   (FAILED,PASSED)
--   (PENDING,ERROR)
--   (PENDING,FAILED)
--   (PENDING,PASSED)
--   (PENDING,RUNNING)
--   (RUNNING,ERROR)
--   (RUNNING,FAILED)
--   (RUNNING,PASSED)
--   (RUNNING,PENDING)
