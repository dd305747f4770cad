import { dirname, join } from 'node:path';
import ts from 'typescript';
import { packages, read } from './repository.js';
import { parse } from './source-code.js';

/**
 * Names of the functions that a source file exports, its own and those it hands on from other files of ours. Read from
 * the text: what a generated client exports is Prisma's.
 */
export function exportedFunctions(path: string): string[] {
  const own: string[] = [];
  const handedOn: string[] = [];
  for (const statement of parse(path).statements) {
    if (ts.isExportDeclaration(statement)) handedOn.push(...handedOnBy(statement, path));
    else if (isExported(statement)) own.push(...functionsIn(statement));
  }
  return [...new Set([...own, ...handedOn])];
}

function handedOnBy(
  { moduleSpecifier, exportClause, isTypeOnly }: ts.ExportDeclaration,
  path: string,
): string[] {
  if (isTypeOnly || moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
  const source = sourceOf(moduleSpecifier.text, path);
  if (source === undefined) return [];
  const functions = exportedFunctions(source);
  if (exportClause === undefined) return functions;
  if (!ts.isNamedExports(exportClause)) return [];
  return exportClause.elements
    .filter(
      (element) => !element.isTypeOnly && functions.includes((element.propertyName ?? element.name).text),
    )
    .map(({ name }) => name.text);
}

function sourceOf(specifier: string, from: string): string | undefined {
  if (specifier.includes('/generated/')) return undefined;
  if (specifier.startsWith('.')) return join(dirname(from), specifier).replace(/\.js$/, '.ts');
  const [scope, name, ...rest] = specifier.split('/');
  const target = packages().find(({ manifest }) => manifest.name === `${scope}/${name}`);
  const source = target?.manifest.exports?.[rest.length === 0 ? '.' : `./${rest.join('/')}`];
  return target !== undefined && typeof source === 'string' ? join(target.directory, source) : undefined;
}

function functionsIn(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return statement.name ? [statement.name.text] : [];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations
    .filter(({ initializer }) => initializer && ts.isArrowFunction(initializer))
    .map(({ name }) => name.getText());
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** Names that the examples of a document import from a package. */
export function namesImported(code: string, packageName: string): string[] {
  const imports = code.matchAll(/import (?!type)\{([^}]*)\} from '([^']*)'/g);
  return [...imports]
    .filter(([, , from]) => from === packageName)
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}

/** The blocks of TypeScript of a document. */
export function codeOf(document: string): string[] {
  return [...read(document).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}
