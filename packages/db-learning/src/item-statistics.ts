import { read, rowsOf } from '@codezest/db-core';
import type { MCQQuestionId, MCQQuizId } from '@codezest/db-types';
import type { Client } from './client.js';

export interface ItemStatistics {
  readonly questionId: MCQQuestionId;
  /** Of the question as it was shown; with its id, the version that the figures are of. */
  readonly revision: number;
  readonly question: string;
  /** It was replaced or removed since. */
  readonly retired: boolean;
  /** Learners whose attempt counts. */
  readonly learners: number;
  /** Share of them who had it all right, 0 to 1. */
  readonly shareRight: number;
  /** Share of its points that they earned, 0 to 1; null for a question without points. */
  readonly sharePoints: number | null;
  /**
   * Correlation of the question's points with those of all others, -1 to 1: near 0 it tells nothing of who knows the rest, and
   * below it misleads who does. Null where one of the two does not vary.
   */
  readonly discrimination: number | null;
}

/**
 * How each version of a quiz's questions has worked, in the order of the quiz. Each learner counts once, by the first attempt
 * that they completed: later ones are of questions that they have seen.
 *
 * @example
 * const items = await itemStatistics(prisma, quiz.id);
 * const misleading = items.filter(({ discrimination }) => discrimination !== null && discrimination < 0);
 */
export async function itemStatistics(client: Client, quizId: MCQQuizId): Promise<ItemStatistics[]> {
  return rowsOf(client, statistics, [quizId]);
}

const statistics = read<ItemStatistics>(
  'learning.item_statistics',
  `WITH counted AS MATERIALIZED (
    SELECT DISTINCT ON (t.user_id) t.id, t.score FROM mcq_attempts t
    WHERE t.quiz_id = $1::uuid AND t.status = 'COMPLETED' ORDER BY t.user_id, t.attempt_number
  ), item AS (
    SELECT a.question_id, a.question_revision, a.is_correct, a.snapshot ->> 'question' AS question,
      (a.snapshot ->> 'points')::float8 AS most, earned.points::float8 AS points, (t.score - earned.points)::float8 AS rest
    FROM counted t JOIN mcq_answers a ON a.attempt_id = t.id CROSS JOIN LATERAL (
      SELECT CASE WHEN a.is_correct THEN (a.snapshot ->> 'points')::int ELSE coalesce(a.partial_points, 0) END AS points
    ) AS earned
  )
  SELECT item.question_id AS "questionId", item.question_revision AS revision, min(item.question) AS question,
    q.deleted_at IS NOT NULL OR q.revision <> item.question_revision AS retired,
    count(*)::int AS learners, avg(item.is_correct::int)::float8 AS "shareRight",
    sum(item.points) / nullif(sum(item.most), 0) AS "sharePoints", corr(item.points, item.rest) AS discrimination
  FROM item JOIN mcq_questions q ON q.id = item.question_id
  GROUP BY item.question_id, item.question_revision, q.id
  ORDER BY q."order", q.id, item.question_revision`,
);
