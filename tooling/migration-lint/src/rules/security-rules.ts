import { as, findAll } from '../parse.js';
import { type Rule, statementRule } from '../rule.js';
import { alterCommands } from './tables.js';

/** Who may do what, and as whom. */
export const securityRules: Rule[] = [
  statementRule(
    {
      id: 'no-grant-to-public',
      why: 'PUBLIC is every role of the server, those of other services and of tomorrow among them.',
      instead: 'Grant to the role that needs it.',
    },
    ({ node }) => {
      const grant = as(node, 'GrantStmt') ?? as(node, 'AlterDefaultPrivilegesStmt')?.action;
      return (
        grant?.is_grant === true &&
        (grant.grantees ?? []).some((role) => as(role, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC')
      );
    },
  ),
  statementRule(
    {
      id: 'no-row-security-off',
      why: 'Without row security every role that may read the table reads all of it.',
      instead: 'Change the policies.',
    },
    (statement) =>
      alterCommands(statement).some(({ subtype }) =>
        ['AT_DisableRowSecurity', 'AT_NoForceRowSecurity'].includes(subtype ?? ''),
      ),
  ),
  statementRule(
    {
      id: 'definer-search-path',
      why: 'A SECURITY DEFINER function without its own search path runs what its caller puts in front, with the owner’s rights.',
      instead: 'SET search_path = pg_catalog, public in the function’s definition.',
    },
    ({ node }) => {
      const option = optionsOf(node);
      return option('security') && !setsSearchPath(node);
    },
  ),
  statementRule(
    {
      id: 'function-search-path',
      why: 'A body in quotes looks its names up at each call, on the caller’s path: another table may answer.',
      instead:
        'SET search_path = pg_catalog, public. A body that reads no table may be a standard one (RETURN), which is bound once; on one that does, PostgreSQL refuses later changes of the columns’ types.',
    },
    ({ node }) => 'CreateFunctionStmt' in node && optionsOf(node)('as') && !setsSearchPath(node),
  ),
  statementRule(
    {
      id: 'no-role-statement',
      why: 'Roles and owners belong to the server; under another name or on a developer’s machine the file fails.',
      instead: 'Create roles where the database is created; objects belong to the role that migrates.',
    },
    ({ node }) =>
      ['CreateRoleStmt', 'AlterRoleStmt', 'AlterRoleSetStmt', 'DropRoleStmt', 'GrantRoleStmt'].some(
        (name) => name in node,
      ) ||
      'AlterOwnerStmt' in node ||
      ['role', 'session_authorization'].includes(as(node, 'VariableSetStmt')?.name ?? '') ||
      alterCommands({ node }).some(({ subtype }) => subtype === 'AT_ChangeOwner'),
  ),
];

type Node = Parameters<typeof as>[0];

function optionsOf(node: Node): (name: string) => boolean {
  const names = (as(node, 'CreateFunctionStmt')?.options ?? []).flatMap((option) => {
    const element = as(option, 'DefElem');
    // SECURITY INVOKER is the same option with the value false.
    return element && as(element.arg, 'Boolean')?.boolval !== false ? [element.defname] : [];
  });
  return (name) => names.includes(name) && !(name === 'security' && isInvoker(node));
}

function isInvoker(node: Node): boolean {
  return findAll(node, 'DefElem').some(
    ({ defname, arg }) => defname === 'security' && as(arg, 'Boolean')?.boolval !== true,
  );
}

function setsSearchPath(node: Node): boolean {
  return findAll(as(node, 'CreateFunctionStmt')?.options, 'VariableSetStmt').some(
    ({ name }) => name === 'search_path',
  );
}
