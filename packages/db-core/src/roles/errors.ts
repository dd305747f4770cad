import { CodezestDbError } from '../errors/base-error.js';

/** Roles of these names exist and were made by somebody else. Nothing was changed. */
export class ForeignRolesError extends CodezestDbError {
  readonly roles: readonly string[];

  constructor(roles: readonly string[], admin: string) {
    super(
      'ROLES_FOREIGN',
      `${roles.join(', ')} ${roles.length === 1 ? 'was' : 'were'} made by another role, and ${admin} may not change ${roles.length === 1 ? 'it' : 'them'}. ` +
        `Run this as a superuser or as whoever made them, let such a one GRANT them TO ${admin} WITH ADMIN OPTION, or choose other names by --prefix.`,
    );
    this.roles = roles;
  }
}
