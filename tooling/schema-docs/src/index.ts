export {
  migrationFiles,
  packageDirectory,
  repositoryRoot,
  type Service,
  schemaFiles,
  services,
  type TextFile,
} from './repository.js';
export {
  type Enum,
  type Field,
  type Key,
  type Model,
  parseSchema,
  type Relation,
  readSchema,
  type Schema,
} from './schema.js';
export { readSqlRules, type SqlRule, sqlRules } from './sql-rules.js';
export { parenthesized, type Statement, statements } from './sql-statements.js';
export { readTransitions, type Transitions } from './transitions.js';
