import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  aMomentBefore,
  assignment,
  assignmentAnalysis,
  type Columns,
  catalogue,
  graded,
  id,
  otherLanguage,
  submission,
} from './rows.js';
import { namelessAuthor, outsidePercent } from './shared-cases.js';

const task = catalogue + assignment();

const ofSubmissions = (object: string, refused: string, allowed: string): ConstraintCase => ({
  object: `assignment_submissions_${object}_check`,
  given: task,
  refused,
  allowed,
});

const grades: ConstraintCase[] = [
  ...['-1', '1000001', 'NaN'].map((max_score) =>
    ofSubmissions(
      'max_score_up_to_a_million',
      submission({ max_score }),
      submission({ ...graded, max_score: '92.5', score: '92.25' }),
    ),
  ),
  ...([{ claim_expires_at: '2090-01-01' }, { worker: 'runner-7' }] as Columns[]).map((claim) =>
    ofSubmissions('claimed_while_running', submission(claim), submission({ status: 'RUNNING', ...claim })),
  ),
  ofSubmissions(
    'score_within_max',
    submission({ ...graded, score: 'NaN' }),
    submission({ ...graded, score: '0.5' }),
  ),
  ofSubmissions(
    'score_within_max',
    submission({ ...graded, score: '101' }),
    submission({ ...graded, score: '100' }),
  ),
  ofSubmissions(
    'score_within_max',
    submission({ ...graded, score: '-1' }),
    submission({ ...graded, score: '0' }),
  ),
  ofSubmissions('graded_has_time', submission({ ...graded, graded_at: null }), submission(graded)),
  ofSubmissions('graded_has_time', submission({ graded_at: graded.graded_at }), submission()),
  ofSubmissions('graded_has_score', submission({ ...graded, score: null }), submission(graded)),
  ofSubmissions(
    'graded_has_score',
    submission({ status: 'ERROR', score: '0' }),
    submission({ status: 'ERROR' }),
  ),
  ofSubmissions(
    'graded_after_submission',
    submission({ ...graded, graded_at: aMomentBefore }),
    submission(graded),
  ),
];

const references: ConstraintCase[] = [
  {
    object: 'assignment_submissions_assignment_id_fkey',
    given: task + submission(),
    refused: 'DELETE FROM assignments',
    allowed: 'UPDATE assignments SET deleted_at = now()',
  },
  {
    object: 'assignment_submissions_language_id_fkey',
    given: task + otherLanguage() + submission({ language_id: id(2) }),
    refused: `DELETE FROM programming_languages WHERE id = '${id(2)}'`,
    allowed: 'UPDATE programming_languages SET deleted_at = now()',
  },
  {
    object: 'assignment_analyses_submission_id_fkey',
    given: task,
    refused: assignmentAnalysis(),
    allowed: submission() + assignmentAnalysis(),
  },
  {
    object: 'assignment_analyses_submission_id_key',
    given: task + submission() + submission({ id: id(2) }) + assignmentAnalysis(),
    refused: assignmentAnalysis({ id: id(2) }),
    allowed: assignmentAnalysis({ id: id(2), submission_id: id(2) }),
  },
];

const ungraded = { graded_at: null, score: null };
const rerun = `UPDATE assignment_submissions SET status = 'RUNNING', graded_at = NULL, score = NULL`;

const transitions: ConstraintCase[] = ['PASSED', 'FAILED', 'ERROR'].map((status) => ({
  object: 'assignment_submissions_transition_rule',
  given: task + submission({ ...graded, status, ...(status === 'ERROR' ? ungraded : {}) }),
  refused: rerun,
  allowed: `UPDATE assignment_submissions SET status = status, feedback = 'Well done.'`,
}));

const passed: ConstraintCase = {
  object: 'assignment_submissions_passed_immutable_rule',
  given: task + submission(graded),
  refused: 'UPDATE assignment_submissions SET score = 91',
  allowed: `UPDATE assignment_submissions SET feedback = 'Well done.'`,
};

const analyses: ConstraintCase[] = [
  ...namelessAuthor('assignment_analyses_author_named_check', task + submission(), assignmentAnalysis),
  ...outsidePercent(
    'assignment_analyses_overall_score_percent_check',
    'overall_score',
    task + submission(),
    assignmentAnalysis,
  ),
  {
    object: 'assignment_analyses_code_quality_object_check',
    given: task + submission(),
    refused: assignmentAnalysis({ code_quality: '"{}"' }),
    allowed: assignmentAnalysis({ code_quality: '{}' }),
  },
];

export const submissionCases: ConstraintCase[] = [
  ...grades,
  ...references,
  ...transitions,
  passed,
  ...analyses,
];
