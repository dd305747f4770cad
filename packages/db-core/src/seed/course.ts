import type {
  AssignmentSubmissionId,
  CertificateId,
  LanguageEnrollmentId,
  MaterialId,
  MCQAttemptId,
} from '@codezest/db-types';
import { type CatalogueLanguage, type CatalogueModule, languages } from './catalogue.js';
import type { Person } from './people.js';
import type { Persona } from './persona.js';
import { Random } from './random.js';
import { seedId } from './seed-id.js';
import { after, DAY, HOUR, MINUTE, SEED_NOW } from './seed-time.js';

/** What one person has learnt until `SEED_NOW`; every service derives its rows from this. Times only ever grow. */
export interface Enrollment {
  readonly id: LanguageEnrollmentId;
  readonly language: CatalogueLanguage;
  readonly enrolledAt: Date;
  /** The modules begun, in their order. */
  readonly modules: readonly ModuleCourse[];
  /** All modules completed. */
  readonly completedAt: Date | null;
  /** Present exactly when the language is completed. */
  readonly certificate: {
    readonly id: CertificateId;
    /** What its holder shows to others. */
    readonly credentialId: string;
    readonly issuedAt: Date;
  } | null;
}

export interface ModuleCourse {
  readonly module: CatalogueModule;
  readonly startedAt: Date;
  /** A prefix of the module's materials, in order. */
  readonly materials: readonly {
    readonly id: MaterialId;
    readonly startedAt: Date;
    readonly completedAt: Date;
  }[];
  readonly submission: {
    readonly id: AssignmentSubmissionId;
    readonly submittedAt: Date;
    /** Null while it waits for its grade; the score then is null too. */
    readonly gradedAt: Date | null;
    /** 0–100. */
    readonly score: number | null;
  } | null;
  /** In order; the last one is passed if the module is completed. */
  readonly attempts: readonly QuizAttempt[];
  readonly completedAt: Date | null;
}

export interface QuizAttempt {
  readonly id: MCQAttemptId;
  /** From 1. */
  readonly number: number;
  readonly startedAt: Date;
  readonly completedAt: Date;
  /** 0–100, a multiple of 20: the share of five questions answered correctly. */
  readonly percent: number;
  readonly passed: boolean;
}

/** The share of right answers from which an attempt is passed. */
export const passingPercent = 60;

interface Pace {
  readonly languages: readonly [least: number, most: number];
  /** How many modules of a language they do before they stop. */
  readonly modules: readonly [least: number, most: number];
  readonly daysBetweenSteps: number;
}

const paces: Readonly<Record<Exclude<Persona, 'staff'>, Pace>> = {
  explorer: { languages: [1, 2], modules: [0, 2], daysBetweenSteps: 1.5 },
  casual: { languages: [1, 2], modules: [2, 4], daysBetweenSteps: 2 },
  steady: { languages: [1, 2], modules: [4, 8], daysBetweenSteps: 1.2 },
  intense: { languages: [2, 3], modules: [8, 8], daysBetweenSteps: 0.5 },
};

/** A person's whole course: pure, so that five services that each compute it agree. Staff teach and learn nothing. */
export function courseOf(person: Person): readonly Enrollment[] {
  if (person.persona === 'staff') return [];
  const random = new Random('course', person.index);
  const pace = paces[person.persona];
  const chosen = chooseLanguages(random, random.int(...pace.languages));
  const enrollments: Enrollment[] = [];
  let at = after(person.joinedAt, random.between(5 * MINUTE, 2 * DAY));
  for (const language of chosen) {
    if (at >= SEED_NOW) break;
    const enrollment = enroll(person, language, at, random, pace);
    enrollments.push(enrollment);
    const last = enrollment.modules.at(-1);
    at = after(last?.completedAt ?? last?.startedAt ?? at, random.between(2 * DAY, 20 * DAY));
  }
  return enrollments;
}

/** The first languages of the catalogue are the popular ones. */
function chooseLanguages(random: Random, count: number): CatalogueLanguage[] {
  return [...languages]
    .map((language, index) => ({ language, rank: random.next() * (index + 2) }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, count)
    .map(({ language }) => language);
}

function enroll(
  person: Person,
  language: CatalogueLanguage,
  enrolledAt: Date,
  random: Random,
  pace: Pace,
): Enrollment {
  const key = `${person.index}/${language.slug}`;
  const goal = random.int(...pace.modules);
  const modules: ModuleCourse[] = [];
  let at = after(enrolledAt, random.between(2 * MINUTE, DAY));
  for (const module of language.modules.slice(0, goal)) {
    if (at >= SEED_NOW) break;
    const course = takeModule(`${key}/${module.slug}`, module, at, random, pace);
    modules.push(course);
    if (!course.completedAt) break;
    at = after(course.completedAt, step(random, pace));
  }
  const last = modules.at(-1);
  const completedAt = modules.length === language.modules.length ? (last?.completedAt ?? null) : null;
  const id = seedId('LanguageEnrollment', key, enrolledAt);
  return {
    id,
    language,
    enrolledAt,
    modules,
    completedAt,
    certificate: completedAt && certificateFor(key, completedAt),
  };
}

function certificateFor(key: string, completedAt: Date): Enrollment['certificate'] {
  const issuedAt = after(completedAt, MINUTE);
  const id = seedId('Certificate', key, issuedAt);
  return { id, credentialId: new Random('credential', id).hex(16), issuedAt };
}

/** Materials, then the assignment and its grade, then the quiz until it is passed; cut off where the seed's now is. */
function takeModule(
  key: string,
  module: CatalogueModule,
  startedAt: Date,
  random: Random,
  pace: Pace,
): ModuleCourse {
  let at = startedAt;
  const pass = (milliseconds: number): Date | null => {
    const next = after(at, milliseconds);
    // A minute of slack, because a certificate follows a minute after the last step.
    if (next.getTime() > SEED_NOW.getTime() - 2 * MINUTE) return null;
    at = next;
    return next;
  };
  const materials: { id: MaterialId; startedAt: Date; completedAt: Date }[] = [];
  const unfinished = (rest: Partial<ModuleCourse> = {}): ModuleCourse => ({
    module,
    startedAt,
    materials,
    submission: null,
    attempts: [],
    completedAt: null,
    ...rest,
  });

  for (const id of module.materialIds) {
    const opened = materials.length === 0 ? at : pass(step(random, pace));
    const completedAt = opened && pass(random.between(6 * MINUTE, 50 * MINUTE));
    if (!opened || !completedAt) return unfinished();
    materials.push({ id, startedAt: opened, completedAt });
  }

  const submittedAt = pass(step(random, pace));
  if (!submittedAt) return unfinished();
  const submissionId = seedId('AssignmentSubmission', key, submittedAt);
  const gradedAt = pass(random.between(3 * MINUTE, 20 * HOUR));
  const score = gradedAt && Math.round(Math.min(100, Math.max(62, random.normal(84, 12))));
  const submission = { id: submissionId, submittedAt, gradedAt, score };
  if (!gradedAt) return unfinished({ submission });

  const attempts: QuizAttempt[] = [];
  for (let number = 1; !attempts.at(-1)?.passed; number += 1) {
    const began = pass(number === 1 ? step(random, pace) : random.between(10 * MINUTE, DAY));
    const completedAt = began && pass(random.between(2 * MINUTE, 14 * MINUTE));
    if (!began || !completedAt) return unfinished({ submission, attempts });
    const percent = 20 * (number > 2 ? random.int(3, 5) : random.pick([1, 2, 3, 3, 4, 4, 4, 5, 5, 5]));
    const passed = percent >= passingPercent;
    attempts.push({
      id: seedId('MCQAttempt', `${key}/${number}`, began),
      number,
      startedAt: began,
      completedAt,
      percent,
      passed,
    });
  }
  return {
    module,
    startedAt,
    materials,
    submission,
    attempts,
    completedAt: attempts.at(-1)?.completedAt ?? null,
  };
}

function step(random: Random, pace: Pace): number {
  return Math.max(5 * MINUTE, random.normal(pace.daysBetweenSteps * DAY, pace.daysBetweenSteps * 0.5 * DAY));
}
