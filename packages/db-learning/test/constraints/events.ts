import { outboxCases, outboxEffects, type TriggerEffect } from '@codezest/constraint-tests';
import { assignment, catalogue, certificate, completion, graded, id, submission } from './rows.js';

export const eventCases = [...outboxCases];

const told = (type: string): string =>
  `SELECT EXISTS (SELECT FROM outbox WHERE type = '${type}' AND payload ->> 'userId' = '${id(1)}')`;

export const eventEffects: TriggerEffect[] = [
  ...outboxEffects('module.completed'),
  { trigger: 'completions_told', given: catalogue, write: completion(), shows: told('module.completed') },
  { trigger: 'certificates_told', given: catalogue, write: certificate(), shows: told('certificate.issued') },
  {
    trigger: 'assignment_submissions_told',
    given: catalogue + assignment(),
    write: submission(graded),
    shows: told('submission.graded'),
  },
  {
    trigger: 'assignment_submissions_grade_told',
    given: catalogue + assignment() + submission(),
    write: `UPDATE assignment_submissions SET status = 'RUNNING', tries = 1;
      UPDATE assignment_submissions SET status = 'PASSED', score = 90, graded_at = submitted_at`,
    shows: told('submission.graded'),
  },
];
