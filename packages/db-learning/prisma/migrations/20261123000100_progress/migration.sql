-- Progress and figures of a learner, recomputed from what the learner did. Functions of the database, because each query
-- in one sees what was committed before it started: a single statement would count what it saw before it waited for
-- another one, so of the last two steps of a module, taken at once, neither would complete it.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- A UUID version 7, like those that clients make: ordered by time. The millisecond is followed by its 4096ths, so that the
-- ids of a session are in order.
CREATE FUNCTION "rules"."new_id"() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
  || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid;

-- Everything that a learner does, and that is done about a learner, begins here: one after the other, before any other
-- row is locked, so that no two transactions of one learner wait for each other. The row is changed, not only locked: a
-- transaction whose snapshot is older collides (40001) instead of counting what it saw then.
CREATE FUNCTION "rules"."lock_learner"(learner uuid) RETURNS void
LANGUAGE plpgsql STRICT SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO learner_stats AS s (id, user_id) VALUES (rules.new_id(), learner)
  ON CONFLICT (user_id) DO UPDATE SET updated_at = greatest(s.updated_at, now());
END $$;

-- Hours are those that the completed materials and the passed assignments and quizzes are meant to take.
CREATE FUNCTION "rules"."recompute_learner_stats"(learner uuid) RETURNS SETOF learner_stats
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- How many of a module's steps the learner has done: a material is done when completed, an assignment when a submission
-- passed, a quiz when an attempt passed.
CREATE FUNCTION "rules"."count_steps_done"(learner uuid, studied_module uuid) RETURNS int
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $$
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
$$;

-- A module is completed once it has steps and all are done, and stays so when content is added later. `stepped`: the
-- learner has just done something in it; otherwise only progress that is there is brought to what is true.
--
-- The version is read before the steps: content that changes between leaves the progress stale, never wrong for good.
CREATE FUNCTION "rules"."recompute_module"(learner uuid, studied_module uuid, stepped boolean) RETURNS TABLE (
  progress module_progress, completes boolean)
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- Who has done something in a module has progress there, also where the content has come from another module. Returns how
-- many modules are completed by that.
CREATE FUNCTION "rules"."follow_moved_content"(learner uuid, studied_language uuid) RETURNS int
LANGUAGE plpgsql STRICT SET search_path = pg_catalog, public AS $$
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
END $$;

-- A language is completed once all modules that ask something are. Who has dropped it completes it when enrolled again;
-- a pause does not matter. Returns how many of its modules, and whether it, are completed by that.
CREATE FUNCTION "rules"."recompute_language"(learner uuid, studied_language uuid) RETURNS TABLE (
  completed_modules int, completed_languages int)
LANGUAGE plpgsql ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- The module that content is in by now. A statement that waited for the learner's lock knows where it was before: at READ
-- COMMITTED a function sees where it is since.
CREATE FUNCTION "rules"."module_of"(material uuid DEFAULT NULL, assignment uuid DEFAULT NULL, quiz uuid DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN coalesce(
    (SELECT m.module_id FROM materials m WHERE m.id = material),
    (SELECT a.module_id FROM assignments a WHERE a.id = assignment),
    (SELECT q.module_id FROM mcq_quizzes q WHERE q.id = quiz));
END $$;

-- After a step of the learner in a module: the module, its language and the learner's figures.
CREATE FUNCTION "rules"."recompute_progress"(learner uuid, studied_module uuid) RETURNS TABLE (
  progress module_progress, enrollment language_enrollments, stats learner_stats,
  completes_module boolean, completes_language boolean)
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- After a change of content: progress in a module, or in a language, that was computed from an older version.
CREATE FUNCTION "rules"."refresh_progress"(learner uuid, changed_module uuid, changed_language uuid) RETURNS TABLE (
  completed_modules int, completed_languages int)
LANGUAGE plpgsql ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- Enrols a learner, or takes a paused or dropped enrolment up again. Nothing for one that is under way. It is judged at
-- once: who has done all that the language asks has completed it with that.
CREATE FUNCTION "rules"."enrol"(learner uuid, chosen_language uuid, hours int) RETURNS SETOF language_enrollments
LANGUAGE plpgsql ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- Points of the answers, as they were shown. For whoever holds the attempt's lock: no answer is written meanwhile.
CREATE FUNCTION "rules"."attempt_score"(scored_attempt uuid) RETURNS int
LANGUAGE plpgsql STRICT SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN (
    SELECT coalesce(sum(CASE WHEN a.is_correct THEN (a.snapshot ->> 'points')::int ELSE a.partial_points END), 0)
    FROM mcq_answers a WHERE a.attempt_id = scored_attempt);
END $$;

-- When the time of an attempt is over, grace included; null where it has no limit.
CREATE FUNCTION "rules"."attempt_deadline"(attempt mcq_attempts) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
  SELECT attempt.started_at + make_interval(mins => attempt.time_limit, secs => attempt.grace_period)
$$;

-- Ends an open attempt with the answers that came in time; at its deadline, if that is behind. Nothing for one that is
-- over.
CREATE FUNCTION "rules"."end_attempt"(ended uuid) RETURNS SETOF mcq_attempts
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- The learner's open attempt at a quiz, or the next one. One that has run out is ended first. `refused` says why there is
-- none: EXHAUSTED, or TOO_SOON with the time from which on there may be one.
CREATE FUNCTION "rules"."start_attempt"(learner uuid, started_quiz uuid) RETURNS TABLE (
  starter uuid, attempt mcq_attempts, answers mcq_answers[], resumed boolean, refused text, retry_at timestamptz)
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
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
END $$;

-- Comparison with the accounts ----------------------------------------------------------------------------------------

-- shared rule: copies
-- Copies of accounts, compared between two databases: ids in order, a range at a time, as one number. A person who has been
-- erased and whose rows are kept has an id of version 8 there (RFC 9562 leaves it to applications), which is no account's.
CREATE FUNCTION "rules"."hash_of_copy"("user_id" uuid, "version" integer) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ('x' || left(encode(sha256(concat_ws(' ', "user_id"::text, "version"::text)::bytea), 'hex'), 16))::bit(64)::bigint;
-- end of shared rule

-- Whom this service has rows about, column by column of the references in @codezest/db-types; no copy of accounts.
-- lint-ignore function-search-path: a part of the statements of functions that set the path, and planned with them.
CREATE FUNCTION "rules"."users_here"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE sql STABLE AS
$$
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
$$;

-- shared rule: received-copies
-- What this service has of accounts, for the role that brings events: ids and versions, and nothing else of a row.

-- How many people have rows here, and what their ids and the versions of their copies give together.
CREATE FUNCTION "rules"."compare_copies"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("copies" integer, "hash" bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT count(*)::integer, coalesce(bit_xor(rules.hash_of_copy(c.user_id, c.version)), 0)
    FROM (SELECT h.user_id, max(h.version) AS version FROM rules.users_here(from_id, upto_id) h GROUP BY 1) c
   WHERE substr(c.user_id::text, 15, 1) <> '8';
END
$$;

-- The same one by one. Without a version: there are rows of the person, and no copy of the account.
CREATE FUNCTION "rules"."copies_between"("from_id" uuid, "upto_id" uuid) RETURNS TABLE ("user_id" uuid, "version" integer)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT h.user_id, max(h.version) FROM rules.users_here(from_id, upto_id) h
   WHERE substr(h.user_id::text, 15, 1) <> '8' GROUP BY 1;
END
$$;

-- Of some people: whether there are rows, the version of the copy, whether an event about the person waits, and whether the
-- person has been erased. One moment for all of it.
CREATE FUNCTION "rules"."copies_among"("user_ids" uuid[])
  RETURNS TABLE ("user_id" uuid, "is_here" boolean, "version" integer, "is_waiting" boolean, "is_erased" boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS
$$
BEGIN
  RETURN QUERY SELECT u.id, h.number > 0, h.version,
      EXISTS (SELECT FROM received_events e WHERE e.payload ->> 'userId' = u.id::text AND e.aggregatetype = 'auth.user'
        AND e.processed_at IS NULL AND e.dead_at IS NULL),
      EXISTS (SELECT FROM erased_users e WHERE e.user_hash = rules.hash_of_user(u.id))
    FROM unnest(user_ids) AS u(id),
      LATERAL (SELECT count(*) AS number, max(f.version) AS version FROM rules.users_here(u.id, u.id) f) AS h;
END
$$;
-- end of shared rule
