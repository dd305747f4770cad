export { asAppRole, type ServiceDatabase } from './app-role.js';
export type { ConstraintCase } from './case.js';
export { type NamedObject, namedObjects, type ObjectKind } from './catalog.js';
export {
  type DescribeCiphertextsOptions,
  describeCiphertexts,
  type StoredCiphertext,
} from './ciphertexts.js';
export { type DescribeConstraintsOptions, describeConstraints } from './describe-constraints.js';
export { type MutationScore, mutationScore } from './mutation.js';
export type { Attack } from './roles/attacks.js';
export { type DescribeRolesOptions, describeRoles } from './roles/describe-roles.js';
export { withClient } from './roles/test-roles.js';
