import { erasureCases } from '@codezest/constraint-tests';
import {
  assignment,
  attempt,
  catalogue,
  certificate,
  completion,
  draftQuiz,
  enrollment,
  id,
  learnerStats,
  material,
  materialProgress,
  moduleProgress,
  submission,
} from './rows.js';

export const erasureOfLearners = erasureCases(`'${id(1)}'`, `'${id(2)}'`, {
  language_enrollments: { given: catalogue, row: enrollment() },
  module_progress: { given: catalogue, row: moduleProgress() },
  material_progress: { given: catalogue + material(), row: materialProgress() },
  completions: { given: catalogue, row: completion() },
  learner_stats: { row: learnerStats() },
  assignment_submissions: { given: catalogue + assignment(), row: submission() },
  mcq_attempts: { given: draftQuiz, row: attempt() },
  certificates: { given: catalogue, row: certificate() },
});
