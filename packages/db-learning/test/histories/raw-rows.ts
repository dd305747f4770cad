import type { ProgrammingLanguageId, UserId } from '@codezest/db-types';
import type { PrismaClient } from '../../src/index.js';

/** The world of one history: what there is to learn, and who learns it. */
export interface World {
  readonly languages: readonly ProgrammingLanguageId[];
  readonly learners: readonly UserId[];
}

interface Content {
  id: string;
  module_id: string;
  published_at: string | null;
  deleted_at: string | null;
}

/** All rows of a world as they are stored, in one snapshot. */
export interface RawRows {
  languages: { id: string; slug: string; is_active: boolean; deleted_at: string | null }[];
  modules: {
    id: string;
    language_id: string;
    published_at: string | null;
    deleted_at: string | null;
    step_count: number;
  }[];
  prerequisites: { id: string; module_id: string; prerequisite_id: string }[];
  materials: (Content & { duration: number | null })[];
  assignments: (Content & { estimated_duration: number | null })[];
  quizzes: (Content & { estimated_duration: number | null; updated_at: string })[];
  questions: { id: string; quiz_id: string; deleted_at: string | null }[];
  enrollments: { user_id: string; language_id: string; status: string }[];
  moduleProgress: {
    user_id: string;
    module_id: string;
    status: string;
    progress_percent: number;
    started_at: string | null;
  }[];
  materialProgress: { user_id: string; material_id: string; completed: boolean; last_viewed_at: string }[];
  submissions: {
    id: string;
    user_id: string;
    assignment_id: string;
    status: string;
    tries: number;
    submitted_at: string;
  }[];
  attempts: {
    id: string;
    user_id: string;
    quiz_id: string;
    status: string;
    passed: boolean | null;
    started_at: string;
    completed_at: string | null;
  }[];
  answers: {
    attempt_id: string;
    question_id: string;
    snapshot: { options: { id: string; isCorrect: boolean }[] };
  }[];
  certificates: {
    id: string;
    user_id: string;
    revoked_at: string | null;
    renewed_at: string | null;
  }[];
  completions: { user_id: string; module_id: string | null; language_id: string | null }[];
  stats: {
    user_id: string;
    total_learning_hours: number;
    courses_completed: number;
    modules_completed: number;
    assignments_passed: number;
    quizzes_passed: number;
    certificates_earned: number;
    last_learned_at: string | null;
  }[];
}

const inModules = 'module_id IN (SELECT id FROM modules WHERE language_id = ANY ($1::uuid[]))';
const ofLearners = 'user_id = ANY ($2::uuid[])';

const TABLES: Record<keyof RawRows, string> = {
  languages: 'programming_languages t WHERE id = ANY ($1::uuid[])',
  modules: 'modules t WHERE language_id = ANY ($1::uuid[])',
  prerequisites: `module_prerequisites t WHERE ${inModules}`,
  materials: `materials t WHERE ${inModules}`,
  assignments: `assignments t WHERE ${inModules}`,
  quizzes: `mcq_quizzes t WHERE ${inModules}`,
  questions: `mcq_questions t WHERE quiz_id IN (SELECT id FROM mcq_quizzes WHERE ${inModules})`,
  enrollments: `language_enrollments t WHERE ${ofLearners}`,
  moduleProgress: `module_progress t WHERE ${ofLearners}`,
  materialProgress: `material_progress t WHERE ${ofLearners}`,
  submissions: `assignment_submissions t WHERE ${ofLearners}`,
  attempts: `mcq_attempts t WHERE ${ofLearners}`,
  answers: `mcq_answers t WHERE attempt_id IN (SELECT id FROM mcq_attempts WHERE ${ofLearners} AND status = 'IN_PROGRESS')`,
  certificates: `certificates t WHERE ${ofLearners}`,
  completions: `completions t WHERE ${ofLearners}`,
  stats: `learner_stats t WHERE ${ofLearners}`,
};

const lists = Object.entries(TABLES).map(
  ([name, rows]) => `'${name}', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]') FROM ${rows})`,
);
const query = `SELECT jsonb_build_object(${lists.join(', ')}) AS rows`;

export async function readRawRows(client: PrismaClient, { languages, learners }: World): Promise<RawRows> {
  const [row] = await client.$queryRawUnsafe<[{ rows: RawRows }]>(query, languages, learners);
  return row.rows;
}
