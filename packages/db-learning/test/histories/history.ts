import { CodezestDbError, newId } from '@codezest/db-core';
import fc from 'fast-check';
import {
  enrol,
  failureClass,
  isForeignKeyViolation,
  isRuleViolation,
  isUniqueViolation,
  type PrismaClient,
  refreshStaleProgress,
  transaction,
} from '../../src/index.js';
import { createCourse, createLearner } from '../fixtures.js';
import { authors } from './authors.js';
import { graders, timeRunsOut } from './graders.js';
import { answerTo, learners } from './learners.js';
import { type Act, NothingToPickError, type Scene } from './picks.js';
import { type RawRows, readRawRows, type World } from './raw-rows.js';
import { type Completable, differences, follow } from './truth.js';

const LEVELS = ['ReadCommitted', 'RepeatableRead', 'Serializable'] as const;

interface Chosen {
  readonly act: string;
  readonly picks: readonly number[];
}

/**
 * A step of a history. ALONE: one after the other, in one transaction or in none. OLD: in a transaction that sees what was
 * before `meanwhile`, which has committed. TOGETHER: all at once, each in a transaction, one of them an author's. TIME: that of open attempts
 * runs out.
 */
export type Step =
  | {
      readonly kind: 'ALONE';
      readonly level: (typeof LEVELS)[number] | null;
      readonly acts: readonly Chosen[];
    }
  | {
      readonly kind: 'OLD';
      readonly level: (typeof LEVELS)[number];
      readonly acts: readonly [Chosen, Chosen];
    }
  | { readonly kind: 'TOGETHER'; readonly level: (typeof LEVELS)[number]; readonly acts: readonly Chosen[] }
  | { readonly kind: 'TIME' };

const ACTS: Record<string, Act> = { ...learners, ...authors, ...graders };

const times = (count: number, names: readonly string[]): string[] =>
  Array.from({ length: count }, () => names).flat();

const actOf = (names: readonly string[]): fc.Arbitrary<Chosen> =>
  fc.record({
    act: fc.constantFrom(...names),
    picks: fc.array(fc.nat({ max: 11 }), { minLength: 3, maxLength: 3 }),
  });

const ofLearner = actOf([
  ...Object.keys(learners),
  ...times(5, ['completeMaterial', 'doAll']),
  'takeQuiz',
  'passAssignment',
]);

/** What takes a whole module or language away is rare: little would be left to learn. */
const RARE = /^(delete|withdraw|move|remove)(Module|Language)$/;
const ofAuthor = actOf([
  ...Object.keys(authors),
  ...times(
    2,
    Object.keys(authors).filter((name) => !RARE.test(name)),
  ),
  ...times(3, ['moveContent', 'deleteContent', 'withdrawContent', 'addMaterial']),
]);
const ofGrader = actOf([...Object.keys(graders), 'pass', 'pass', 'refreshStaleProgress']);
const level = fc.constantFrom(...LEVELS);
const worker = fc.oneof({ weight: 3, arbitrary: ofLearner }, { weight: 1, arbitrary: ofGrader });

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'TIME' }) },
  ...[worker, worker, ofAuthor].map((act) => ({
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ALONE' as const),
      level: fc.option(level),
      acts: fc.array(act, { minLength: 1, maxLength: 2 }),
    }),
  })),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('OLD' as const),
      level,
      acts: fc.oneof(fc.tuple(worker, ofAuthor), fc.tuple(ofAuthor, worker)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('TOGETHER' as const),
      level,
      acts: fc.tuple(ofAuthor, worker, worker, worker).map((acts) => acts as readonly Chosen[]),
    }),
  },
);

/** Two languages, three modules, two learners of the first language of whom one also learns the second. */
async function createWorld(client: PrismaClient): Promise<World> {
  const first = await createCourse(client, { materials: 2, questions: 1 });
  const second = await createCourse(client, {
    materials: 1,
    assignments: 0,
    quizzes: 0,
    languageId: first.languageId,
  });
  const other = await createCourse(client, { materials: 1, assignments: 0, questions: 1 });
  const learners = [await createLearner(client, second), await createLearner(client, first), newId<'User'>()];
  const languages = [first.languageId, other.languageId];
  await enrol(client, { userId: learners[0] as never, languageId: other.languageId });
  return { languages, learners: learners as World['learners'] };
}

/** What became of the steps of all histories: a model that skips or refuses everything would show here. */
export type Outcomes = Record<string, number>;

/** Plays a history. Throws where a step is answered wrongly, or where stored progress differs from what it ought to be. */
export async function play(client: PrismaClient, steps: readonly Step[], outcomes: Outcomes): Promise<void> {
  const world = await createWorld(client);
  const completable: Completable = new Set();
  let rows = await readRawRows(client, world);
  for (const [index, one] of steps.entries()) {
    await take(client, one, world, rows, outcomes);
    const after = await readRawRows(client, world);
    follow(completable, rows, after);
    rows = after;
    if (index % 5 === 4 || index === steps.length - 1) {
      while ((await refreshStaleProgress(client)).more);
      const refreshed = await readRawRows(client, world);
      follow(completable, rows, refreshed);
      rows = refreshed;
      const wrong = differences(rows, completable);
      if (wrong.length > 0) throw new Error(`after step ${index}:\n${wrong.join('\n')}`);
    }
  }
  outcomes.completions = (outcomes.completions ?? 0) + rows.completions.length;
}

async function take(
  client: PrismaClient,
  one: Step,
  world: World,
  rows: RawRows,
  outcomes: Outcomes,
): Promise<void> {
  const sceneOf = ({ picks }: Chosen): Scene => ({ world, rows, picks });
  const actOn = (open: Parameters<Act>[0], chosen: Chosen) => ACTS[chosen.act]?.(open, sceneOf(chosen));
  if (one.kind === 'TIME') return timeRunsOut(client, world);
  const names = one.acts.map(({ act }) => act);

  if (one.kind === 'TOGETHER') {
    await Promise.all(
      one.acts.map((chosen) =>
        outcomeOf(outcomes, [chosen.act], () =>
          transaction(client, async (open) => actOn(open, chosen), { isolationLevel: one.level }),
        ),
      ),
    );
    return;
  }
  if (one.kind === 'OLD') {
    const [late, meanwhile] = one.acts;
    let first = true;
    await outcomeOf(outcomes, [late.act], () =>
      transaction(
        client,
        async (open) => {
          await open.$queryRaw`SELECT count(*) FROM programming_languages`;
          if (first) {
            first = false;
            await outcomeOf(outcomes, [meanwhile.act], async () => actOn(client, meanwhile));
          }
          return actOn(open, late);
        },
        { isolationLevel: one.level },
      ),
    );
    return;
  }
  const outcome = await outcomeOf(outcomes, names, async () => {
    if (one.level === null) return one.acts[0] && actOn(client, one.acts[0]);
    return transaction(
      client,
      async (open) => {
        for (const chosen of one.acts) await actOn(open, chosen);
      },
      { isolationLevel: one.level },
    );
  });
  const [only, ...more] = one.level === null ? one.acts.slice(0, 1) : one.acts;
  if (only === undefined || more.length > 0 || outcome === 'NOTHING_TO_PICK') return;
  const expected = answerTo(only.act, sceneOf(only));
  if (expected !== undefined && expected !== outcome)
    throw new Error(`${only.act} is ${outcome}, not ${expected}`);
}

/** A refusal by name, or an error of a plain write that the database explains. Anything else fails the history. */
async function outcomeOf(
  outcomes: Outcomes,
  names: readonly string[],
  work: () => Promise<unknown>,
): Promise<string> {
  const outcome = await work().then(
    () => 'ACCEPTED',
    (error: unknown) => {
      if (error instanceof NothingToPickError) return 'NOTHING_TO_PICK';
      if (error instanceof CodezestDbError) return error.code;
      if (failureClass(error) === 'conflict') return 'CONFLICT';
      if (isRuleViolation(error) || isForeignKeyViolation(error) || isUniqueViolation(error))
        return 'REFUSED_BY_RULE';
      throw error;
    },
  );
  for (const name of names) outcomes[`${name} ${outcome}`] = (outcomes[`${name} ${outcome}`] ?? 0) + 1;
  return outcome;
}
