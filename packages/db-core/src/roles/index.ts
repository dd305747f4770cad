export {
  type AppliedRoles,
  type ApplyRolesOptions,
  applyRoles,
  printRoles,
  type RolesTarget,
} from './apply-roles.js';
export {
  type LoginRoleKind,
  loginRoleKinds,
  type RoleDefinition,
  type RoleKind,
  type RoleNames,
  roleKinds,
  roleNames,
} from './definition.js';
