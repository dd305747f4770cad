import type { AssignmentSubmission } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';

/** For lists: the code is read where one submission is looked at. */
export type SubmissionWithoutCode = Omit<AssignmentSubmission, 'code'>;

export const columnsWithoutCode = (alias: string): string =>
  columnsOf.assignmentSubmission(alias).replace(`${alias}."code" AS "code", `, '');
