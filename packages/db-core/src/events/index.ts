export { type NewEvent, publish, TransactionMissingError } from './publish.js';
