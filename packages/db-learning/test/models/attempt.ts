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
import type { MCQAttemptId, MCQOptionId, MCQQuizId, UserId } from '@codezest/db-types';
import fc from 'fast-check';
import type { Client } from 'pg';
import {
  type AttemptStatus,
  answerQuestion,
  finishAttempt,
  type PrismaClient,
  startAttempt,
} from '../../src/index.js';
import { attempt, completed, draftQuiz } from '../constraints/rows.js';
import { type Course, createLearner, only } from '../fixtures.js';

export const attempts: StateMachine<AttemptStatus> = {
  table: 'mcq_attempts',
  transitions: 'rules.attempt_transitions',
  rule: 'mcq_attempts_transition_rule',
  allowed: { IN_PROGRESS: ['COMPLETED', 'ABANDONED'], COMPLETED: [], ABANDONED: [] },
  rowIn: (status) => draftQuiz + attempt(status === 'COMPLETED' ? completed : { status }),
  shapeOf: (status) =>
    status === 'COMPLETED'
      ? { score: 10, passed: true, completed_at: day('2090-01-01') }
      : { score: null, passed: null, completed_at: null },
  ended: { rules: ['mcq_attempts_ended_immutable_rule'], open: ['updated_at'] },
};

interface Learner extends History {
  readonly userId: UserId;
  readonly quizId: MCQQuizId;
  /** The points that the questions of an attempt have brought so far, by its id. */
  readonly points: Map<unknown, number[]>;
}

type Choice = { question: number; option: 'right' | 'wrong' | 'none' | 'not offered' };

/** The attempts of one learner at a quiz of two questions, ten points each. */
export function attemptModel(
  client: () => PrismaClient,
  course: () => Course,
  connect: () => Client,
): Model<Learner> {
  const quiz = () => only(course().mcqQuizzes);
  const chosen = ({ question, option }: Choice): MCQOptionId | null => {
    const { options } = quiz().questions[question] ?? only([]);
    if (option === 'none') return null;
    if (option === 'not offered') return '00000000-0000-7000-8000-000000000001' as MCQOptionId;
    return (options.find(({ isCorrect }) => isCorrect === (option === 'right'))?.id ??
      null) as MCQOptionId | null;
  };

  return {
    machine: attempts,
    values: {
      score: [null, 0, 10, 20, 31, -1],
      max_score: [20, 30, -1],
      passing_score: [0, 70, 100, -1, 101],
      // In minutes, and longer than ago these attempts were started.
      time_limit: [null, 1_000_000_000, 0],
      passed: [null, true, false],
      completed_at: [null, day('2090-01-01'), day('2019-12-31')],
    },
    often: [{ score: 31 }, { score: 20 }],
    checks: {
      mcq_attempts_completed_after_start_check: ({ completed_at }) =>
        completed_at === null || completed_at !== day('2019-12-31'),
      mcq_attempts_completed_has_result_check: (row) =>
        isCompleted(row) === (row.score !== null) && isCompleted(row) === (row.passed !== null),
      mcq_attempts_completed_has_time_check: (row) => isCompleted(row) === (row.completed_at !== null),
      mcq_attempts_max_score_not_negative_check: ({ max_score }) => Number(max_score) >= 0,
      mcq_attempts_passing_score_percent_check: ({ passing_score }) =>
        Number(passing_score) >= 0 && Number(passing_score) <= 100,
      mcq_attempts_score_within_max_check: ({ score, max_score }) =>
        score === null || (Number(score) >= 0 && Number(score) <= Number(max_score)),
      mcq_attempts_user_id_quiz_id_open_key: (row, others) => !isOpen(row) || !others.some(isOpen),
      mcq_attempts_time_limit_positive_check: ({ time_limit }) =>
        time_limit === null || Number(time_limit) > 0,
    },
    changes: {
      mcq_attempts_ended_immutable_rule: (after, before) =>
        isOpen(before) || after.status !== before.status || isSameBut(after, before, []),
    },
    async begin() {
      const userId = await createLearner(client(), course());
      const quizId = quiz().id as MCQQuizId;
      const questions = quiz().questions.map(({ id }) => `('${id}'::uuid)`);
      let attempt_number = 0;
      return {
        where: `user_id = '${userId}'`,
        inserted(id) {
          // Between two of them there is room for those that are started.
          attempt_number += 1_000;
          const started_at = day('2020-01-01');
          const kept = { max_score: 20, passing_score: 70, started_at };
          return { id, user_id: userId, quiz_id: quizId, attempt_number, ...kept };
        },
        // With unanswered questions, as one that is started has them.
        alongside: (id) => `
          INSERT INTO mcq_answers (id, attempt_id, quiz_id, question_id, is_correct, snapshot)
          SELECT gen_random_uuid(), '${id}', '${quizId}', question_id, false, jsonb_build_object(
            'question', 'q', 'points', 10, 'options', (
              SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.option_text, 'isCorrect', o.is_correct))
              FROM mcq_options o WHERE o.question_id = q.question_id))
          FROM (VALUES ${questions}) AS q (question_id)`,
        userId,
        quizId,
        points: new Map(),
      };
    },
    calls: {
      startAttempt: call<Learner, undefined>({
        expected: ({ rows }) => (rows.some(isOpen) ? rows : [...rows, begun]),
        run: ({ history: { userId, quizId } }) => startAttempt(client(), { userId, quizId }),
      }),
      answerQuestion: call<Learner, Choice>({
        arguments: fc.record({
          question: fc.nat({ max: 1 }),
          option: fc.constantFrom(
            'right' as const,
            'right' as const,
            'wrong' as const,
            'none' as const,
            'not offered' as const,
          ),
        }),
        expected({ rows, row, args }) {
          if (!isOpen(row)) return 'ATTEMPT_NOT_OPEN';
          return args.option === 'not offered' ? 'OPTION_NOT_OFFERED' : rows;
        },
        async run({ row, args, history: { userId, points } }) {
          await answerQuestion(client(), {
            userId,
            attemptId: row.id as MCQAttemptId,
            questionId: (quiz().questions[args.question] ?? only([])).id,
            optionId: chosen(args),
          });
          const brought = points.get(row.id) ?? [0, 0];
          points.set(row.id, brought.with(args.question, args.option === 'right' ? 10 : 0));
        },
      }),
      // No function does that: the score of an attempt that is over would not be that of its answers any more.
      'UPDATE mcq_answers': call<Learner, undefined>({
        expected: ({ rows, row }) => (isOpen(row) ? rows : 'mcq_answers_of_open_attempt_rule'),
        async run({ row, history: { points } }) {
          await connect().query(
            'UPDATE mcq_answers SET selected_option_id = NULL, is_correct = false WHERE attempt_id = $1',
            [row.id],
          );
          points.delete(row.id);
        },
      }),
      finishAttempt: call<Learner, undefined>({
        expected(called) {
          const { row, history } = called;
          if (!isOpen(row)) return 'ATTEMPT_NOT_OPEN';
          const score = (history.points.get(row.id) ?? []).reduce((sum, points) => sum + points, 0);
          const passed = score * 100 >= Number(row.passing_score) * Number(row.max_score);
          return changed(called, { status: 'COMPLETED', score, passed, completed_at: SOME });
        },
        run: ({ row, history: { userId } }) =>
          finishAttempt(client(), { userId, attemptId: row.id as MCQAttemptId }),
      }),
    },
  };
}

const begun: Row = {
  id: SOME,
  status: 'IN_PROGRESS',
  score: null,
  max_score: 20,
  passing_score: 70,
  time_limit: null,
  passed: null,
  completed_at: null,
};

const isOpen = isIn<AttemptStatus>('IN_PROGRESS');
const isCompleted = isIn<AttemptStatus>('COMPLETED');
