import {
  type ModuleCourse,
  type Person,
  personAt,
  Random,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type { AnalysisType } from '../../generated/enums.js';
import type { CodeQuality } from '../json-types.js';
import { assignmentMaxScore, type TaughtModule } from './catalogue.js';
import type { LearnerRows } from './learner-tables.js';

/** The named instructors of the cast, who look at what the model has said. */
const instructors = [personAt(1), personAt(2)];

const strengths = [
  'The names say what the values mean.',
  'Each function does one thing.',
  'The edge cases are covered.',
  'It reads from top to bottom.',
];
const weaknesses = [
  'One branch can never be reached.',
  'The same expression is computed twice.',
  'An empty input is not considered.',
  'The loop does two things at once.',
];
const suggestions = [
  'Give the condition a name.',
  'Return early instead of nesting.',
  'Write a test for the smallest input first.',
  'Let the standard library do the counting.',
];

const commentMarks: Readonly<Record<string, string>> = { python: '#', sql: '--' };

/** Adds the submission of a module's assignment and, once it is graded, its analysis. */
export function submissionRows(
  person: Person,
  module: TaughtModule,
  { submission }: ModuleCourse,
  rows: Pick<LearnerRows, 'assignment_submissions' | 'assignment_analyses'>,
): void {
  if (!submission) return;
  const { id, submittedAt, gradedAt, score } = submission;
  const { assignment } = module.content;
  rows.assignment_submissions.push({
    id,
    user_id: person.id,
    assignment_id: module.assignmentId,
    code: `${assignment.starterCode}${commentMarks[module.language.slug] ?? '//'} ${person.firstName} ${person.lastName}\n`,
    language: module.language.name,
    language_id: module.languageId,
    status: gradedAt ? 'PASSED' : 'PENDING',
    score,
    max_score: assignmentMaxScore,
    feedback: score === null ? null : feedbackOn(score),
    submitted_at: submittedAt,
    graded_at: gradedAt,
    created_at: submittedAt,
    updated_at: gradedAt ?? submittedAt,
  });
  if (gradedAt && score !== null)
    rows.assignment_analyses.push(analysisRow(id, assignment.title, score, gradedAt));
}

function feedbackOn(score: number): string {
  if (score >= 95) return 'Every test passes, and it is a pleasure to read.';
  return score >= 80
    ? 'Well done: a few details are left.'
    : 'It works; look at the suggestions before you go on.';
}

function analysisRow(submissionId: string, title: string, score: number, at: Date): SeedRow {
  const random = new Random('analysis', submissionId);
  const type: AnalysisType = random.weighted({ AI: 80, HYBRID: 15, MANUAL: 5 });
  const quality = (): number => Math.min(100, Math.max(0, Math.round(random.normal(score, 5))));
  const codeQuality: CodeQuality = {
    correctness: score,
    readability: quality(),
    efficiency: quality(),
    issues:
      score < 80 ? [{ severity: 'WARNING', message: random.pick(weaknesses), line: random.int(1, 5) }] : [],
  };
  return {
    id: seedId('AssignmentAnalysis', submissionId, at),
    submission_id: submissionId,
    analysis_type: type,
    overall_score: score,
    strengths: random.sample(strengths, score >= 80 ? 2 : 1),
    weaknesses: random.sample(weaknesses, score >= 80 ? 1 : 2),
    suggestions: random.sample(suggestions, 2),
    code_quality: codeQuality,
    detailed_feedback: `${title}: ${feedbackOn(score)}`,
    ai_model: type === 'MANUAL' ? null : 'codezest-tutor-2',
    ai_prompt: type === 'MANUAL' ? null : 'review-assignment/3',
    analyzed_by: type === 'AI' ? null : random.pick(instructors).id,
    version: type === 'HYBRID' ? 1 : 0,
    created_at: at,
    updated_at: at,
  };
}
