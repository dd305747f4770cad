export { type BackfillState, backfill, backfillStatus, pauseBackfill } from './backfill.js';
