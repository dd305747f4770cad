export { CodezestDbError } from '@codezest/db-core/errors';
export type { Batch } from './deliver-batch.js';
export { createDelivery, type Delivery, type DeliveryOptions } from './delivery.js';
export { InvalidDeliveryOptionError, NoRouteError, TooManyOrphansError } from './errors.js';
export type { ReconcileOptions, Reconciliation } from './reconcile.js';
export type { Route } from './routes.js';
export { type Databases, databasesFrom, urlVariables } from './settings.js';
export { metricsOf, type OutboxState } from './state.js';
