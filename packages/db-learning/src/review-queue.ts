import { read, rowsOf } from '@codezest/db-core';
import type { ProgrammingLanguageId } from '@codezest/db-types';
import { batchSize } from './batch-size.js';
import type { Client } from './client.js';
import { columnsWithoutCode, type SubmissionWithoutCode } from './submission-without-code.js';

/** A submission that waits for a person, and what it is of. */
export type WaitingSubmission = SubmissionWithoutCode & {
  readonly assignmentTitle: string;
  readonly moduleTitle: string;
  /** Somebody has it at the moment; `claimReview` passes over it. */
  readonly claimed: boolean;
};

/**
 * What waits for a person's analysis, in the order in which `claimReview` takes it: MANUAL ones as they were handed in,
 * HYBRID ones once they were run. To look at; `claimReview` gives the next one to work on.
 *
 * @throws {BatchSizeOutOfRangeError} BATCH_SIZE_OUT_OF_RANGE
 * @example
 * const waiting = await listReviewQueue(prisma, { languageId: language.id });
 * waiting.map(({ assignmentTitle, submittedAt, claimed }) => [assignmentTitle, submittedAt, claimed]);
 */
export async function listReviewQueue(
  client: Client,
  { languageId, limit = 50 }: { readonly languageId?: ProgrammingLanguageId; readonly limit?: number } = {},
): Promise<WaitingSubmission[]> {
  return rowsOf(client, reviewQueue, [batchSize(limit), languageId ?? null]);
}

const reviewQueue = read<WaitingSubmission>(
  'learning.review_queue',
  `SELECT ${columnsWithoutCode('s')}, a.title AS "assignmentTitle",
    m.title AS "moduleTitle", coalesce(s.review_expires_at > now(), false) AS claimed
  FROM assignment_submissions s JOIN assignments a ON a.id = s.assignment_id JOIN modules m ON m.id = a.module_id
  WHERE s.reviewed_at IS NULL AND s.analysis_type <> 'AI'
    AND (s.analysis_type = 'MANUAL' OR s.status IN ('PASSED', 'FAILED'))
    AND ($2::uuid IS NULL OR s.language_id = $2::uuid)
  ORDER BY s.submitted_at, s.id LIMIT $1::int`,
);
