import { changeNothing } from '@codezest/checks/domain-functions';
import { exportedFunctions } from '@codezest/checks/exported-functions';
import { visit } from '@codezest/checks/source-code';
import { type Schema, type Service, services } from '@codezest/schema-docs';
import ts from 'typescript';
import { type Declaration, declarationOf, lineOf } from './declarations.js';
import { type Reach, reachOf } from './reach.js';
import { type SqlWrites, unique } from './sql-writes.js';

/** Where a function comes from: a service's package, or what several packages have in common. */
export type Owner = Service | 'shared';

export interface FunctionFacts {
  readonly owner: Owner;
  readonly name: string;
  /** Packages that export it. */
  readonly packages: string[];
  readonly path: string;
  readonly line: number;
  readonly doc: string;
  readonly examples: string[];
  readonly signatures: string[];
  /** Types of the package that the signature names, as they are written. */
  readonly types: { readonly name: string; readonly text: string }[];
  /** Classes of errors that its documentation names. */
  readonly throws: { readonly errorClass: string; readonly text: string }[];
  readonly statements: { readonly name: string; readonly text: string }[];
  /** Tables of its service that it may write. */
  readonly writes: string[];
}

const OTHER_PACKAGES = ['db-types', 'db-delivery'];

/** Every function that a package exports from its entry points, once, with its owner. */
export function readFunctions(
  schemas: ReadonlyMap<Service, Schema>,
  writes: ReadonlyMap<Service, SqlWrites>,
): FunctionFacts[] {
  const found = new Map<string, { declaration: Declaration; name: string; packages: string[] }>();
  const entries = [
    ...services.map((service) => [`db-${service}`, 'index.ts'] as const),
    ['db-activity', 'mongo.ts'] as const,
    ...OTHER_PACKAGES.map((name) => [name, 'index.ts'] as const),
  ];
  for (const [name, entry] of entries) {
    const path = `packages/${name}/src/${entry}`;
    for (const exported of exportedFunctions(path)) {
      const declaration = declarationOf(path, exported);
      if (!declaration) continue;
      const id = `${declaration.path}#${declaration.name}`;
      const known = found.get(id);
      if (known) known.packages = unique([...known.packages, name]);
      else found.set(id, { declaration, name: exported, packages: [name] });
    }
  }
  return [...found.values()]
    .map(({ declaration, name, packages }) => factsOf(declaration, name, packages, schemas, writes))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function factsOf(
  declaration: Declaration,
  name: string,
  packages: string[],
  schemas: ReadonlyMap<Service, Schema>,
  sqlWrites: ReadonlyMap<Service, SqlWrites>,
): FunctionFacts {
  const service = services.find((one) => declaration.path.startsWith(`packages/db-${one}/`));
  const schema = service && schemas.get(service);
  const sql = service && sqlWrites.get(service);
  const reach = service ? reachOf(declaration) : undefined;
  // What is held by an object that a function only reads from is reached as well: the checks know who changes nothing.
  const mayWrite = service !== undefined && !changeNothing[service].includes(name);
  const [first] = declaration.nodes;
  return {
    owner: service ?? 'shared',
    name,
    packages,
    path: declaration.path,
    line: first ? lineOf(first) : 1,
    ...documentationOf(declaration),
    signatures: signaturesOf(declaration),
    types: typesOf(declaration),
    statements: distinct(reach?.statements ?? []),
    writes: mayWrite && reach && schema && sql ? tablesWritten(reach, schema, sql) : [],
  };
}

/** What a text writes whose table is a parameter is found by the names of tables that stand around it. */
const TABLE_IS_PARAMETER = /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\$\{/i;

function tablesWritten({ texts, prismaWrites, words }: Reach, schema: Schema, sql: SqlWrites): string[] {
  const tables = new Set(schema.models.map(({ table }) => table));
  const ofDelegates = new Map(
    schema.models.map(({ name, table }) => [`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`, table]),
  );
  const carried = texts.some((text) => TABLE_IS_PARAMETER.test(text))
    ? [...words].filter((word) => tables.has(word))
    : [];
  return unique([
    ...texts.flatMap((text) => sql.of(text)),
    ...prismaWrites.flatMap(({ delegate }) => ofDelegates.get(delegate) ?? []),
    ...carried,
  ]);
}

function distinct(statements: Reach['statements']): Reach['statements'] {
  return [...new Map(statements.map((one) => [one.name, one])).values()];
}

function documentationOf({ nodes }: Declaration): Pick<FunctionFacts, 'doc' | 'examples' | 'throws'> {
  const comments = nodes.flatMap((node) => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc));
  const tags = comments.flatMap(({ tags }) => [...(tags ?? [])]);
  const textsOf = (name: string): string[] =>
    tags.filter(({ tagName }) => tagName.text === name).map((tag) => tagText(tag));
  return {
    doc: comments
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
      .join('\n\n')
      .trim(),
    examples: textsOf('example'),
    throws: textsOf('throws').flatMap((text) => {
      const classes = unique(text.match(/\b[A-Z]\w*Error\b/g) ?? []);
      return classes.map((errorClass) => ({ errorClass, text: text.replace(/^\{[^}]*\}\s*/, '') }));
    }),
  };
}

/** Of a tag, all that stands in it: TypeScript keeps the type in braces apart from the rest. */
function tagText(tag: ts.JSDocTag): string {
  const lines = tag
    .getText()
    .replace(/^@\w+[ \t]*/, '')
    .split('\n')
    .map((line) => line.replace(/^[ \t]*\*(?: |$)/, '').trimEnd());
  return lines
    .join('\n')
    .replace(/\*?\/?\s*$/, '')
    .trim();
}

function signaturesOf({ name, nodes }: Declaration): string[] {
  const functions = nodes.filter(ts.isFunctionDeclaration);
  const overloads = functions.filter(({ body }) => body === undefined);
  const shown = overloads.length > 0 ? overloads : functions;
  if (shown.length > 0) {
    return shown.map((node) => {
      const text = node.getSourceFile().text.slice(node.getStart(), node.body?.getStart() ?? node.end);
      return text
        .replace(/^export\s+/, '')
        .replace(/^async\s+/, '')
        .replace(/;$/, '')
        .trim();
    });
  }
  return nodes.filter(ts.isVariableStatement).flatMap((node) =>
    node.declarationList.declarations
      .filter((one) => one.name.getText() === name)
      .map((one) => {
        const arrow = one.initializer && ts.isArrowFunction(one.initializer) ? one.initializer : undefined;
        const text =
          arrow?.getSourceFile().text.slice(arrow.getStart(), arrow.equalsGreaterThanToken.getStart()) ?? '';
        return `const ${name}${one.type ? `: ${one.type.getText()}` : ` = ${text.replace(/^async\s+/, '')}`}`.trim();
      }),
  );
}

function typesOf({ path, nodes }: Declaration): FunctionFacts['types'] {
  const names = new Set<string>();
  for (const node of nodes) {
    const parts = ts.isFunctionDeclaration(node)
      ? [...node.parameters, ...(node.type ? [node.type] : [])]
      : [];
    for (const part of parts)
      visit(part, (inner) => {
        if (ts.isTypeReferenceNode(inner) && ts.isIdentifier(inner.typeName)) names.add(inner.typeName.text);
      });
  }
  return [...names].flatMap((name) => {
    const declared = declarationOf(path, name);
    const [node] =
      declared?.nodes.filter((one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one)) ?? [];
    const text = node?.getText().replace(/^export\s+/, '');
    return text === undefined || text.split('\n').length > 60 ? [] : [{ name, text }];
  });
}
