export { type CatalogueLanguage, type CatalogueModule, languages } from './catalogue.js';
export { courseOf, type Enrollment, type ModuleCourse, passingPercent, type QuizAttempt } from './course.js';
export { untoldEvents } from './events.js';
export { type InsertOptions, insertRows, type Queryable, type SeedRow } from './insert-rows.js';
export { type Goals, type Person, people, personAt } from './people.js';
export type { Persona } from './persona.js';
export { Random } from './random.js';
export {
  type RunSeedOptions,
  runSeed,
  type Seed,
  type SeedContext,
  type SeedEvent,
  type SeedResult,
  type SeedStep,
} from './run-seed.js';
export { seedId } from './seed-id.js';
export { after, DAY, HOUR, MINUTE, SEED_NOW, SEED_START } from './seed-time.js';
export { isSeedSize, peopleCount, type SeedSize, seedSizes } from './size.js';
export { type Moment, timelineOf } from './timeline.js';
