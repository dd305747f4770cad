import {
  call,
  changed,
  day,
  type History,
  isIn,
  isSameBut,
  type Model,
  type Row,
  SOME,
  type StateMachine,
} from '@codezest/constraint-tests';
import type { AssignmentId, AssignmentSubmissionId, UserId } from '@codezest/db-types';
import fc from 'fast-check';
import {
  gradeSubmission,
  type PrismaClient,
  type SubmissionStatus,
  startRun,
  submitAssignment,
} from '../../src/index.js';
import { assignment, catalogue, graded, submission } from '../constraints/rows.js';
import { type Course, createLearner, only } from '../fixtures.js';

export const submissions: StateMachine<SubmissionStatus> = {
  table: 'assignment_submissions',
  transitions: 'rules.submission_transitions',
  rule: 'assignment_submissions_transition_rule',
  allowed: {
    PENDING: ['RUNNING', 'PASSED', 'FAILED', 'ERROR'],
    RUNNING: ['PENDING', 'PASSED', 'FAILED', 'ERROR'],
    ERROR: ['PENDING'],
    FAILED: ['PASSED'],
    PASSED: [],
  },
  rowIn: (status) =>
    catalogue + assignment() + submission(isGraded({ status }) ? { ...graded, status } : { status }),
  // In the future, since what a function handed in was handed in now.
  shapeOf: (status) =>
    isGraded({ status }) ? { graded_at: day('2090-01-01'), score: 40 } : { graded_at: null, score: null },
  ended: {
    rules: ['assignment_submissions_passed_immutable_rule'],
    open: ['feedback', 'review_tries', 'review_expires_at', 'reviewed_at', 'updated_at'],
  },
};

interface Homework extends History {
  readonly userId: UserId;
  readonly assignmentId: AssignmentId;
}

/** What one learner hands in for one assignment. */
export function submissionModel(client: () => PrismaClient, course: () => Course): Model<Homework> {
  return {
    machine: submissions,
    values: {
      score: [null, 0, 40, 100, 101, -1],
      max_score: [100, 40, -1],
      graded_at: [null, day('2090-01-01'), day('2019-12-31')],
      feedback: [null, 'Well done.'],
      code: ['print(3)', 'print(4)'],
      tries: [0],
    },
    often: [{ score: 101 }, { feedback: 'Well done.' }],
    checks: {
      assignment_submissions_graded_after_submission_check: ({ graded_at }) =>
        graded_at === null || graded_at !== day('2019-12-31'),
      assignment_submissions_graded_has_score_check: (row) => isGraded(row) === (row.score !== null),
      assignment_submissions_graded_has_time_check: (row) => isGraded(row) === (row.graded_at !== null),
      assignment_submissions_max_score_up_to_a_million_check: ({ max_score }) => Number(max_score) >= 0,
      assignment_submissions_score_within_max_check: ({ score, max_score }) =>
        score === null || isWithin(Number(score), max_score),
    },
    changes: {
      assignment_submissions_passed_immutable_rule: (after, before) =>
        before.status !== 'PASSED' || after.status !== 'PASSED' || isSameBut(after, before, ['feedback']),
    },
    filledIn: (after, before) =>
      after.status === 'RUNNING' && before.status !== 'RUNNING'
        ? { tries: Number(before.tries) + 1 }
        : ({} as Row),
    async begin() {
      const { id: assignmentId } = only(course().assignments);
      const userId = await createLearner(client(), course());
      return {
        where: `user_id = '${userId}'`,
        inserted: (id) => ({
          id,
          user_id: userId,
          assignment_id: assignmentId,
          code: 'print(3)',
          language: 'Python 3.13',
          max_score: 100,
          submitted_at: day('2020-01-01'),
          tries: 0,
        }),
        userId,
        assignmentId,
      };
    },
    calls: {
      submitAssignment: call<Homework, undefined>({
        expected: ({ rows }) => [...rows, handedIn],
        run: ({ history: { userId, assignmentId } }) =>
          submitAssignment(client(), { userId, assignmentId, code: 'print(42)', language: 'Python 3.13' }),
      }),
      startRun: call<Homework, undefined>({
        expected: (called) =>
          called.row.status === 'PENDING'
            ? changed(called, { status: 'RUNNING', tries: Number(called.row.tries) + 1 })
            : 'ILLEGAL_TRANSITION',
        run: ({ row }) => startRun(client(), row.id as AssignmentSubmissionId),
      }),
      gradeSubmission: call<Homework, Graded>({
        arguments: fc.record(
          {
            status: fc.constantFrom('PASSED' as const, 'FAILED' as const),
            score: fc.constantFrom(0, 40, 99.5, 101, -1),
            claimed: fc.boolean(),
            feedback: fc.constant('Graded.'),
          },
          { requiredKeys: ['status', 'score', 'claimed'] },
        ),
        expected(called) {
          const { row, args } = called;
          if (args.score < 0) return 'SCORE_OUT_OF_RANGE';
          const claimed = args.claimed && row.status === 'RUNNING';
          const most = row.status === 'RUNNING' ? 1 : row.status === 'PENDING' ? 0 : Number.POSITIVE_INFINITY;
          if (!claimed && Number(row.tries) > most) return 'CLAIM_LOST';
          const next: readonly string[] = submissions.allowed[row.status as SubmissionStatus];
          if (!next.includes(args.status)) return 'ILLEGAL_TRANSITION';
          if (!isWithin(args.score, row.max_score)) return 'SCORE_OUT_OF_RANGE';
          const { status, score, feedback = row.feedback ?? null } = args;
          return changed(called, { status, score, feedback, graded_at: SOME });
        },
        async run({ row, args: { claimed, ...grade } }) {
          const submissionId = row.id as AssignmentSubmissionId;
          const claim = claimed && row.status === 'RUNNING' ? { claim: Number(row.tries) } : {};
          await gradeSubmission(client(), { submissionId, ...grade, ...claim });
        },
      }),
    },
  };
}

interface Graded {
  status: 'PASSED' | 'FAILED';
  score: number;
  claimed: boolean;
  feedback?: string;
}

const handedIn: Row = {
  id: SOME,
  status: 'PENDING',
  score: null,
  max_score: 100,
  graded_at: null,
  feedback: null,
  code: 'print(42)',
  tries: 0,
};

const isGraded = isIn<SubmissionStatus>('PASSED', 'FAILED');

function isWithin(score: number, maximum: Row[string] | undefined): boolean {
  return score >= 0 && score <= Number(maximum);
}
