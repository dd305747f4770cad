import { crossServiceReferences } from '../../src/index.js';

/** The columns of db-learning that must be dealt with when an account is gone. */
export const learningColumns = crossServiceReferences
  .filter(({ service, refersTo }) => service === 'learning' && refersTo === 'auth.user')
  .map(({ table, column, onDelete }) => `${table}.${column}: ${onDelete}`);
