import {
  after,
  type ModuleCourse,
  type Person,
  passingPercent,
  type QuizAttempt,
  Random,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { PerformanceBreakdown } from '../json-types.js';
import { pointsPerQuestion, type TaughtModule } from './catalogue.js';
import type { LearnerRows } from './learner-tables.js';

/** Adds the attempts at a module's quiz, their answers, and the analyses of those that went wrong. */
export function attemptRows(
  person: Person,
  module: TaughtModule,
  { attempts }: ModuleCourse,
  rows: Pick<LearnerRows, 'mcq_attempts' | 'mcq_answers' | 'quiz_analyses'>,
): void {
  for (const attempt of attempts) {
    const { id, number, startedAt, completedAt, passed } = attempt;
    const right = Math.round((attempt.percent * module.questions.length) / 100);
    rows.mcq_attempts.push({
      id,
      user_id: person.id,
      quiz_id: module.quizId,
      attempt_number: number,
      status: 'COMPLETED',
      score: right * pointsPerQuestion,
      max_score: module.questions.length * pointsPerQuestion,
      passing_score: passingPercent,
      time_limit: null,
      passed,
      started_at: startedAt,
      completed_at: completedAt,
      created_at: startedAt,
      updated_at: completedAt,
    });
    const answers = answerRows(module, attempt, right);
    rows.mcq_answers.push(...answers);
    if (!passed) rows.quiz_analyses.push(analysisRow(module, attempt, right, answers));
  }
}

function answerRows(module: TaughtModule, attempt: QuizAttempt, right: number): SeedRow[] {
  const random = new Random('answers', attempt.id);
  const { questions } = module;
  const rightlyAnswered = new Set(random.sample(questions, right));
  const pause = (attempt.completedAt.getTime() - attempt.startedAt.getTime()) / (questions.length + 1);
  return questions.map((question, index) => {
    const { id, quizId, snapshot, rightOptionId } = question;
    const isCorrect = rightlyAnswered.has(question);
    const wrongOptions = snapshot.options.filter((option) => !option.isCorrect);
    const skipped = !isCorrect && random.chance(0.1);
    const at = after(attempt.startedAt, pause * (index + 1));
    return {
      id: seedId('MCQAnswer', `${attempt.id}/${id}`, at),
      attempt_id: attempt.id,
      quiz_id: quizId,
      question_id: id,
      selected_option_id: isCorrect ? rightOptionId : skipped ? null : random.pick(wrongOptions).id,
      is_correct: isCorrect,
      snapshot,
      answered_at: at,
      created_at: at,
      updated_at: at,
    };
  });
}

function analysisRow(module: TaughtModule, attempt: QuizAttempt, right: number, answers: SeedRow[]): SeedRow {
  const random = new Random('quiz analysis', attempt.id);
  const { id, startedAt, completedAt } = attempt;
  const breakdown: PerformanceBreakdown = {
    topics: [{ topic: module.title, correct: right, total: answers.length }],
    skipped: answers.filter((answer) => answer.selected_option_id === null).length,
  };
  const toRead = random.sample(module.content.materials, 2);
  const seconds = (completedAt.getTime() - startedAt.getTime()) / 1_000;
  return {
    id: seedId('QuizAnalysis', id, completedAt),
    attempt_id: id,
    analysis_type: 'AI',
    performance_breakdown: breakdown,
    strong_topics: [],
    weak_topics: [module.title],
    recommendations: toRead.map(({ title }) => `Go through "${title}" again.`),
    insights: `${right} of ${answers.length} questions were answered correctly.`,
    avg_time_per_question: Math.round(seconds / Math.max(1, answers.length)),
    time_management: seconds < 240 ? 'Very quick: read each question twice.' : 'Steady.',
    ai_model: 'codezest-tutor-2',
    created_at: completedAt,
    updated_at: completedAt,
  };
}
