export { type NewEvent, publish, TransactionMissingError } from './publish.js';
export { DELIVERED_EVENTS, deleteDeliveredEvents, deleteTold } from './retention.js';
