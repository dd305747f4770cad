import { type PersonalData, RECEIVED } from '@codezest/db-core';

const ATTEMPTS = '(SELECT a.id FROM mcq_attempts a WHERE a.user_id = $1)';
const SUBMISSIONS = '(SELECT s.id FROM assignment_submissions s WHERE s.user_id = $1)';

/** What the learning database contains about people. */
export const personalData: PersonalData = {
  service: 'learning',
  rows: [
    // What was told about the person, whether it was delivered or not.
    {
      table: 'outbox',
      where: "payload ->> 'userId' = $1::text",
      onErasure: 'delete',
      // Copies of what the other tables contain.
      exported: false,
    },
    { table: 'outbox_deliveries', onErasure: 'cascade', exported: false },
    // What a person wrote as an instructor or verified belongs to the learner, without that person's id.
    {
      table: 'assignment_analyses',
      where: 'analyzed_by = $1',
      onErasure: { analyzed_by: '$2' },
      exported: false,
    },
    { table: 'quiz_analyses', where: 'analyzed_by = $1', onErasure: { analyzed_by: '$2' }, exported: false },
    { table: 'certificates', where: 'verified_by = $1', onErasure: { verified_by: 'NULL' }, exported: false },
    { table: 'assignment_analyses', where: `submission_id IN ${SUBMISSIONS}`, onErasure: 'cascade' },
    { table: 'quiz_analyses', where: `attempt_id IN ${ATTEMPTS}`, onErasure: 'cascade' },
    { table: 'mcq_answers', where: `attempt_id IN ${ATTEMPTS}`, onErasure: 'cascade' },
    { table: 'assignment_submissions', onErasure: 'delete' },
    { table: 'mcq_attempts', onErasure: 'delete' },
    { table: 'certificates', onErasure: 'delete' },
    { table: 'completions', onErasure: 'delete' },
    { table: 'material_progress', onErasure: 'delete' },
    { table: 'module_progress', onErasure: 'delete' },
    { table: 'language_enrollments', onErasure: 'delete' },
    { table: 'learner_stats', onErasure: 'delete' },
    // Last: the event that says that the person is gone is one of them, and is needed until all else is.
    // What they say of the person is in the tables that they led to.
    { table: 'received_events', where: RECEIVED, onErasure: 'delete', exported: false },
  ],
  impersonal: {
    assignments: 'Course content. Its authors are names in published files, not users.',
    course_files: 'Course content.',
    erased_users: 'Contains a hash of the id alone.',
    materials: 'Course content.',
    mcq_options: 'Course content.',
    mcq_questions: 'Course content.',
    mcq_quizzes: 'Course content.',
    module_prerequisites: 'Course content.',
    modules: 'Course content. Its authors are names in published files, not users.',
    programming_languages: 'Course content.',
  },
};
