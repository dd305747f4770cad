import type { MCQQuiz, QuestionScoring } from '../generated/client.js';
import { QuizSettingOutOfRangeError } from './learning-errors.js';

export interface QuestionContent {
  readonly question: string;
  /** Shown after the answer. */
  readonly explanation?: string | null;
  /** A whole number from 0 to 1000; 1 unless given. */
  readonly points?: number;
  /** How the chosen options give points, MATCH_CORRECT unless given: matters where several options are right. */
  readonly scoring?: QuestionScoring;
  /** In the order in which they are shown. */
  readonly options: readonly { readonly text: string; readonly isCorrect: boolean }[];
}

export type QuizSettings = Partial<
  Pick<
    MCQQuiz,
    | 'title'
    | 'description'
    | 'passingScore'
    | 'timeLimit'
    | 'gracePeriod'
    | 'maxAttempts'
    | 'cooldown'
    | 'estimatedDuration'
  >
>;

const LARGEST_INT = 2_147_483_647;

/** As the checks of the database say, which would meet a fraction as a malformed integer. */
const BOUNDS = {
  passingScore: [0, 100],
  timeLimit: [1, LARGEST_INT],
  gracePeriod: [0, 3_600],
  maxAttempts: [1, LARGEST_INT],
  cooldown: [0, 525_600],
  estimatedDuration: [0, LARGEST_INT],
} as const;

const MAY_BE_NULL: readonly string[] = ['timeLimit', 'maxAttempts', 'cooldown', 'estimatedDuration'];

/** @throws {QuizSettingOutOfRangeError} */
export function requireQuizSettings(settings: QuizSettings, questions: readonly QuestionContent[]): void {
  for (const [name, [least, greatest]] of Object.entries(BOUNDS)) {
    const value = settings[name as keyof typeof BOUNDS];
    if (value === undefined || (value === null && MAY_BE_NULL.includes(name))) continue;
    if (!isWholeBetween(value, least, greatest)) throw new QuizSettingOutOfRangeError();
  }
  for (const { points = 1 } of questions) {
    if (!isWholeBetween(points, 0, 1_000)) throw new QuizSettingOutOfRangeError();
  }
}

function isWholeBetween(value: number | null, least: number, greatest: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= greatest;
}
