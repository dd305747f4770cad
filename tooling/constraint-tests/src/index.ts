export { asAppRole, type ServiceDatabase } from './app-role.js';
export type { ConstraintCase } from './case.js';
export { type NamedObject, namedObjects, type ObjectKind } from './catalog.js';
export {
  type DescribeCiphertextsOptions,
  describeCiphertexts,
  type StoredCiphertext,
} from './ciphertexts.js';
export { type DescribeConstraintsOptions, describeConstraints } from './describe-constraints.js';
export { type DescribeErasureOptions, describeErasure } from './describe-erasure.js';
export { type DescribePartialIndexesOptions, describePartialIndexes } from './describe-partial-indexes.js';
export type { TriggerEffect } from './effect.js';
export { erasureCases, type RowsAboutUser } from './erasure-cases.js';
export {
  type DescribeIsolationOptions,
  describeIsolation,
  type IsolationCase,
  isolationCase,
  LEVELS,
  type Level,
} from './isolation/describe-isolation.js';
export {
  type DescribeStateMachinesOptions,
  describeStateMachines,
} from './machines/describe-state-machines.js';
export { insertSql, type Row, type Value } from './machines/row.js';
export type { StateMachine } from './machines/state-machine.js';
export { type DescribeModelsOptions, describeModels } from './models/describe-models.js';
export {
  type Call,
  call,
  changed,
  day,
  type History,
  isIn,
  isSameBut,
  type Model,
  type Rows,
  SOME,
} from './models/model.js';
export { type MutationScore, mutationScore } from './mutation.js';
export { outboxCases, outboxEffects } from './outbox-cases.js';
export { type Refusal, refusedReads } from './reads.js';
export { receivedEventCases } from './received-event-cases.js';
export type { Attack } from './roles/attacks.js';
export { type DescribeRolesOptions, describeRoles } from './roles/describe-roles.js';
export { withClient } from './roles/test-roles.js';
