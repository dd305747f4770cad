import type { ServiceImport } from '../../engine/step.js';
import { answers, attempts, quizAnalyses } from './attempts.js';
import { certificates } from './certificates.js';
import { assignments, languages, materials, modules } from './content.js';
import { prerequisiteSteps } from './prerequisites.js';
import { enrollments, learnerStats, materialProgress, moduleProgress } from './progress.js';
import { quizzes } from './quizzes.js';
import { assignmentAnalyses, submissions } from './submissions.js';

export const learning: ServiceImport = {
  service: 'learning',
  steps: async (source) => [
    languages,
    modules,
    ...(await prerequisiteSteps(source)),
    materials,
    assignments,
    quizzes,
    enrollments,
    moduleProgress,
    materialProgress,
    submissions,
    assignmentAnalyses,
    attempts,
    answers,
    quizAnalyses,
    certificates,
    learnerStats(source),
  ],
};
