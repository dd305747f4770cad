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
      SELECT count(*) FROM certificates c WHERE c.user_id = learner AND c.revoked_at IS NULL),
    last_learned_at = greatest(material.at, assignment.at, quiz.at),
    updated_at = now()
  FROM material, assignment, quiz
  WHERE stats.user_id = learner
  RETURNING stats.*;
END $$;

-- The one rule of completion. The steps of a module are its live materials, its live assignments and its live published
-- quizzes; one is done when completed or passed. A module is completed once it has steps and all are done, and stays so
-- when content is added later. A language is completed once all its live modules are.
CREATE FUNCTION "rules"."recompute_progress"(learner uuid, studied_module uuid) RETURNS TABLE (
  progress module_progress, enrollment language_enrollments, stats learner_stats,
  completes_module boolean, completes_language boolean)
LANGUAGE plpgsql STRICT ROWS 1 SET search_path = pg_catalog, public AS $$
DECLARE
  steps int;
  steps_done int;
BEGIN
  PERFORM rules.lock_learner(learner);

  SELECT count(*), count(*) FILTER (WHERE step.done) INTO steps, steps_done
  FROM (
    SELECT EXISTS (
      SELECT FROM material_progress p WHERE p.user_id = learner AND p.material_id = m.id AND p.completed) AS done
    FROM materials m WHERE m.module_id = studied_module AND m.deleted_at IS NULL
    UNION ALL
    SELECT EXISTS (
      SELECT FROM assignment_submissions s
      WHERE s.user_id = learner AND s.assignment_id = a.id AND s.status = 'PASSED')
    FROM assignments a WHERE a.module_id = studied_module AND a.deleted_at IS NULL
    UNION ALL
    SELECT EXISTS (SELECT FROM mcq_attempts t WHERE t.user_id = learner AND t.quiz_id = q.id AND t.passed)
    FROM mcq_quizzes q
    WHERE q.module_id = studied_module AND q.deleted_at IS NULL AND q.published_at IS NOT NULL
  ) step;

  completes_module := steps > 0 AND steps_done = steps AND NOT EXISTS (
    SELECT FROM module_progress p
    WHERE p.user_id = learner AND p.module_id = studied_module AND p.status = 'COMPLETED');

  -- `greatest`, because a transaction that waited may have an older now() than the one it waited for.
  INSERT INTO module_progress AS p (id, user_id, module_id, status, progress_percent, started_at, completed_at)
  VALUES (
    rules.new_id(), learner, studied_module,
    CASE WHEN completes_module THEN 'COMPLETED' ELSE 'IN_PROGRESS' END::"ProgressStatus",
    CASE WHEN steps > 0 THEN 100 * steps_done / steps ELSE 0 END,
    now(), CASE WHEN completes_module THEN now() END)
  ON CONFLICT (user_id, module_id) DO UPDATE SET
    status = CASE WHEN p.status = 'COMPLETED' THEN p.status ELSE excluded.status END,
    progress_percent = CASE WHEN p.status = 'COMPLETED' THEN 100 ELSE excluded.progress_percent END,
    started_at = coalesce(p.started_at, excluded.started_at),
    completed_at = CASE
      WHEN p.status = 'COMPLETED' THEN p.completed_at
      WHEN completes_module THEN greatest(p.started_at, now()) END,
    last_accessed_at = greatest(p.last_accessed_at, now()),
    version = p.version + 1,
    updated_at = now()
  RETURNING p.* INTO progress;

  completes_language := false;
  UPDATE language_enrollments e SET
    status = 'COMPLETED', completed_at = greatest(e.enrolled_at, now()), updated_at = now()
  FROM modules studied
  WHERE studied.id = studied_module AND e.language_id = studied.language_id AND e.user_id = learner
    AND e.status <> 'COMPLETED' AND (progress).status = 'COMPLETED'
    AND NOT EXISTS (
      SELECT FROM modules m
      WHERE m.language_id = e.language_id AND m.deleted_at IS NULL AND NOT EXISTS (
        SELECT FROM module_progress p
        WHERE p.user_id = learner AND p.module_id = m.id AND p.status = 'COMPLETED'))
  RETURNING true INTO completes_language;
  completes_language := coalesce(completes_language, false);

  SELECT e.* INTO enrollment
  FROM language_enrollments e JOIN modules studied ON studied.language_id = e.language_id
  WHERE studied.id = studied_module AND e.user_id = learner;
  SELECT s.* INTO stats FROM rules.recompute_learner_stats(learner) s;
  RETURN NEXT;
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
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public
RETURN attempt.started_at + make_interval(mins => attempt.time_limit, secs => attempt.grace_period);

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
