import { hasSqlDetails, loadModule, type Node, parseSync } from 'libpg-query';

await loadModule();

export type { Node };

type KeysOfUnion<T> = T extends unknown ? keyof T : never;
export type NodeName = KeysOfUnion<Node>;
export type NodeOf<Name extends NodeName> = Extract<Node, Record<Name, unknown>>[Name];

/** One statement, as PostgreSQL's own parser reads it. Lines count from 1. */
export interface Statement {
  readonly node: Node;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
  /** The comments and blank lines between the statement before and this one. */
  readonly comment: string;
  readonly commentLine: number;
}

export interface Migration {
  readonly service: string;
  /** `schema`: a folder's migration.sql; `data`: a backfill, `<name>.data.sql` beside the folders. */
  readonly kind: 'schema' | 'data';
  readonly name: string;
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly syntaxError?: { readonly line: number; readonly message: string };
  /** A lone CONCURRENTLY statement: the runner applies it outside of a transaction and without limits. */
  readonly concurrent: boolean;
  /** Tables and views that this file makes, `schema.name`: whatever happens to them blocks nobody. */
  readonly created: ReadonlySet<string>;
}

export function parseMigration(source: {
  service: string;
  name: string;
  path: string;
  text: string;
}): Migration {
  const { statements, syntaxError } = parse(source.text);
  const created = statements.flatMap(({ node }) => {
    const table = as(node, 'CreateStmt')?.relation ?? as(node, 'CreateTableAsStmt')?.into?.rel;
    return table ? [nameOf(table)] : [];
  });
  return {
    ...source,
    kind: source.path.endsWith('.data.sql') ? 'data' : 'schema',
    statements,
    ...(syntaxError ? { syntaxError } : {}),
    concurrent: statements.length === 1 && statements.some(isConcurrent),
    created: new Set(created),
  };
}

function parse(text: string): Pick<Migration, 'statements' | 'syntaxError'> {
  // The parser counts bytes, JavaScript UTF-16 units.
  const bytes = Buffer.from(text);
  const slice = (from: number, to: number): string => bytes.subarray(from, to).toString();
  const lineAt = (offset: number): number => slice(0, offset).split('\n').length;
  try {
    let end = 0;
    const statements = (parseSync(text).stmts ?? []).flatMap(({ stmt, stmt_location, stmt_len }) => {
      if (!stmt) return [];
      const found = stmt_location ?? 0;
      const upTo = stmt_len ? found + stmt_len : bytes.length;
      const start = found + leadingComment(slice(found, upTo)).length;
      const statement: Statement = {
        node: stmt,
        line: lineAt(start),
        endLine: lineAt(upTo),
        text: slice(start, upTo).trimEnd(),
        comment: slice(end, start),
        commentLine: lineAt(end),
      };
      end = upTo;
      return [statement];
    });
    return { statements };
  } catch (error) {
    // A statement of a newer PostgreSQL, or one that stops the parser itself: the finding names the file either way.
    const line = hasSqlDetails(error) ? lineAt(error.sqlDetails?.cursorPosition ?? 0) : 1;
    const message = error instanceof Error ? error.message : String(error);
    return { statements: [], syntaxError: { line, message } };
  }
}

/** The parser may count blank space and comments in front to the statement. */
function leadingComment(text: string): string {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
}

export function as<Name extends NodeName>(node: Node | undefined, name: Name): NodeOf<Name> | undefined {
  return node && name in node ? (node as unknown as Record<Name, NodeOf<Name>>)[name] : undefined;
}

/** The nodes of one kind at any depth: a function call inside an expression inside a default. */
export function findAll<Name extends NodeName>(root: unknown, name: Name): NodeOf<Name>[] {
  if (typeof root !== 'object' || root === null) return [];
  if (Array.isArray(root)) return root.flatMap((item) => findAll(item, name));
  return Object.entries(root).flatMap(([key, value]) => [
    ...(key === name ? [value as NodeOf<Name>] : []),
    ...findAll(value, name),
  ]);
}

/** Every table that is named at any depth; the parser wraps some of them and leaves others bare. */
export function relationsIn(root: unknown): NodeOf<'RangeVar'>[] {
  if (typeof root !== 'object' || root === null) return [];
  if ('relname' in root) return [root as NodeOf<'RangeVar'>];
  return Object.values(root).flatMap(relationsIn);
}

/** `schema.name`, `public` where none is written: the runner's search path. */
export function nameOf(relation: NodeOf<'RangeVar'>): string {
  return `${relation.schemaname ?? 'public'}.${relation.relname ?? ''}`;
}

/** The texts of a list of String nodes: a dotted name. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => as(node, 'String')?.sval ?? []);
}

export function dottedName(nodes: readonly Node[] | undefined): string {
  const parts = strings(nodes);
  return parts.length > 1 ? parts.slice(-2).join('.') : `public.${parts[0] ?? ''}`;
}

export function isConcurrent({ node }: Pick<Statement, 'node'>): boolean {
  const reindex = as(node, 'ReindexStmt');
  return Boolean(
    as(node, 'IndexStmt')?.concurrent ||
      as(node, 'DropStmt')?.concurrent ||
      reindex?.params?.some((param) => as(param, 'DefElem')?.defname === 'concurrently') ||
      as(node, 'AlterTableStmt')?.cmds?.some((cmd) => {
        const part = as(as(cmd, 'AlterTableCmd')?.def, 'PartitionCmd');
        return part?.concurrent;
      }),
  );
}
