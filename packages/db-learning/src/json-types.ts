import type { MCQOptionId } from '@codezest/db-types';

// Type aliases, not interfaces: only an alias is assignable to Prisma's `InputJsonValue`.

/** One run of a learner's program: fed `input` on standard input, it must print `expectedOutput`. */
export type TestCase = {
  name: string;
  input: string;
  expectedOutput: string;
  /** Whether the learner is shown only the name. */
  hidden: boolean;
  points: number;
};

export type TestCases = TestCase[];

export type Hints = string[];

/** Scores are percentages. */
export type CodeQuality = {
  correctness: number;
  readability: number;
  efficiency: number;
  issues: CodeIssue[];
};

export type CodeIssue = {
  severity: 'INFO' | 'WARNING' | 'ERROR';
  message: string;
  /** Counted from 1. */
  line?: number;
};

/** How an attempt went, by topic. */
export type PerformanceBreakdown = {
  topics: { topic: string; correct: number; total: number }[];
  /** Questions that were shown but not answered. */
  skipped: number;
};

/** A question as it was shown, in the order in which its options were shown. */
export type AnswerSnapshot = {
  question: string;
  points: number;
  /** How the chosen options give the points. MATCH_CORRECT where it is not said. */
  scoring?: 'MATCH_CORRECT' | 'MAP_RESPONSE';
  options: { id: MCQOptionId; text: string; isCorrect: boolean }[];
};

/** What an author's file says that has no column of its own, as JSON. */
export type Authored = { [field: string]: unknown };
