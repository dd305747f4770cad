import type { CrossServiceReference } from './reference.js';

const learning = { service: 'learning', store: 'postgresql', refersTo: 'auth.user' } as const;

/** Users in the columns of db-learning. */
export const learningReferences: readonly CrossServiceReference[] = [
  {
    ...learning,
    table: 'language_enrollments',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'An enrolment is nothing without its learner.',
  },
  {
    ...learning,
    table: 'module_progress',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'Progress is nothing without its learner.',
  },
  {
    ...learning,
    table: 'material_progress',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'Progress is nothing without its learner.',
  },
  {
    ...learning,
    table: 'completions',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'What one person has completed.',
  },
  {
    ...learning,
    table: 'learner_stats',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'Totals of one person.',
  },
  {
    ...learning,
    table: 'assignment_submissions',
    column: 'user_id',
    onDelete: 'delete',
    reason:
      'Code tells its author by style, names and comments, whatever id stands beside it. Takes its analysis along.',
  },
  {
    ...learning,
    table: 'mcq_attempts',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'Results of one person. Takes its answers and its analysis along.',
  },
  {
    ...learning,
    table: 'certificates',
    column: 'user_id',
    onDelete: 'delete',
    reason: 'Names its holder; whoever asks to be forgotten gives up the proof.',
  },
  {
    ...learning,
    table: 'certificates',
    column: 'verified_by',
    onDelete: 'nullify',
    reason:
      'The certificate belongs to the learner, and `is_verified` still says that somebody looked at it.',
  },
  {
    ...learning,
    table: 'assignment_analyses',
    column: 'analyzed_by',
    onDelete: 'anonymize',
    reason: 'The learner keeps the analysis, and one made by hand must have an author.',
  },
  {
    ...learning,
    table: 'quiz_analyses',
    column: 'analyzed_by',
    onDelete: 'anonymize',
    reason: 'The learner keeps the analysis, and one made by hand must have an author.',
  },
];
