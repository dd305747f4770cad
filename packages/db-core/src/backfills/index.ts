export { backfill, backfillStatus, pauseBackfill } from './backfill.js';
export type { BackfillState } from './state.js';
