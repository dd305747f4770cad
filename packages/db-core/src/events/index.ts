export { type NewEvent, publish, TransactionMissingError } from './publish.js';
export { DELIVERED_EVENTS, deleteDeliveredEvents } from './retention.js';
