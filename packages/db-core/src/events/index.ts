// What carries events from one database to another.

export { connectionSettings } from '../client/connection-settings.js';
export { ServicePool } from '../client/service-pool.js';
export { failureClass } from '../retry/failure-class.js';
export { reasonOf } from './failure-reason.js';
export { INBOX_CHANNEL, insertEvents } from './insert-events.js';
export { type NewEvent, publish, TransactionMissingError } from './publish.js';
export { DELIVERED_EVENTS, deleteDeliveredEvents, deleteTold } from './retention.js';
export { pause, type Waiter, type Wakeups, wakeups } from './wakeups.js';
