import { CodezestDbError, isConnectionLost } from '../../src/index.js';

/** What to do with a message that could not be recorded. */
export function answerTo(error: unknown): 'discard' | 'send again' {
  if (error instanceof CodezestDbError) {
    const { code } = error;
    return code === 'EVENT_REFUSED' || code === 'ID_INVALID' ? 'discard' : 'send again';
  }
  return isConnectionLost(error) ? 'send again' : 'discard';
}
