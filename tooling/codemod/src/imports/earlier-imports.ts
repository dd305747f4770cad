import {
  type BindingElement,
  type ExportSpecifier,
  type Identifier,
  type ImportSpecifier,
  Node,
  type ObjectBindingPattern,
  type SourceFile,
  type StringLiteral,
  SyntaxKind,
} from 'ts-morph';
import { earlierModels, packageOf, type Service } from '../earlier/schema.js';
import { type LeftByHand, leftAt } from '../left-by-hand.js';
import type { Pass } from '../pass.js';
import { serviceOfFile } from './clients-of-files.js';
import { lineEndOf } from './needed-imports.js';

/** Names that each of the five packages has, for its own database. */
const OF_EACH_CLIENT = new Set(['prisma', 'PrismaClient', 'Prisma', 'connect', 'disconnect', 'healthCheck']);
/** Names that are called otherwise now. */
const RENAMED: Readonly<Record<string, string>> = { Role: 'UserRole' };

interface Rewriting {
  readonly pass: Pass;
  readonly earlier: string;
  readonly file: SourceFile;
  /** The package whose client this file uses. */
  readonly own: string;
  readonly used: readonly Service[];
}

/** Every place where the file names the earlier package: static and dynamic imports, re-exports, `require`, mocks. */
export function rewriteEarlierImports(
  pass: Pass,
  file: SourceFile,
  earlier: string,
  used: readonly Service[],
): LeftByHand[] {
  const named = placesOf(file, earlier);
  if (named.length === 0) return [];
  const { service, isCertain } = serviceOfFile(file, used);
  const rewriting = { pass, earlier, file, own: packageOf(service), used };
  for (const literal of named) rewriteAt(rewriting, literal);
  const [first] = named.filter((literal) => !Node.isArrayLiteralExpression(literal.getParent()));
  return isCertain || first === undefined
    ? []
    : [
        leftAt(
          pass.project,
          first,
          `this file may use more than one database: it was given the client of ${packageOf(service)}`,
        ),
      ];
}

/** The texts that are exactly its name, or a path in it. */
function placesOf(file: SourceFile, earlier: string): StringLiteral[] {
  if (!file.getFullText().includes(earlier)) return [];
  return file.getDescendantsOfKind(SyntaxKind.StringLiteral).filter((literal) => {
    const text = literal.getLiteralValue();
    return text === earlier || text.startsWith(`${earlier}/`);
  });
}

export function namesEarlier(file: SourceFile, earlier: string): boolean {
  return placesOf(file, earlier).length > 0;
}

function rewriteAt(rewriting: Rewriting, literal: StringLiteral): void {
  const parent = literal.getParent();
  const pattern = patternOf(literal);
  if (Node.isImportDeclaration(parent)) {
    const named = parent.getNamedImports();
    const isAlone = parent.getDefaultImport() === undefined && parent.getNamespaceImport() === undefined;
    rewriteNames(rewriting, { statement: parent, literal, named, isAlone });
  } else if (Node.isExportDeclaration(parent))
    rewriteNames(rewriting, { statement: parent, literal, named: parent.getNamedExports(), isAlone: true });
  else if (pattern !== undefined) rewriteRequire(rewriting, literal, pattern);
  else specify(rewriting, literal, ...packagesAt(rewriting, literal));
}

function packagesAt(rewriting: Rewriting, literal: StringLiteral): string[] {
  const parent = literal.getParent();
  // A list of packages, in a bundler's settings say.
  if (Node.isArrayLiteralExpression(parent)) return rewriting.used.map(packageOf);
  if (!Node.isLiteralTypeNode(parent)) return [rewriting.own];
  const type = parent.getParentIfKind(SyntaxKind.ImportType);
  const name = type?.getQualifier()?.getText().split('.')[0];
  return [name === undefined ? rewriting.own : packageFor(rewriting, name)];
}

interface Names {
  readonly statement: Node;
  readonly literal: StringLiteral;
  readonly named: readonly (ImportSpecifier | ExportSpecifier)[];
  /** No default or namespace beside the names. */
  readonly isAlone: boolean;
}

function rewriteNames(rewriting: Rewriting, { statement, literal, named, isAlone }: Names): void {
  const { pass, file } = rewriting;
  const groups = new Map<string, (ImportSpecifier | ExportSpecifier)[]>();
  for (const specifier of named) {
    const name = specifier.getName();
    const from = packageFor(rewriting, RENAMED[name] ?? name);
    groups.set(from, [...(groups.get(from) ?? []), specifier]);
    renameSpecifier(pass, specifier);
  }
  const [only] = groups.keys();
  if (groups.size <= 1) {
    specify(rewriting, literal, only ?? rewriting.own);
    return;
  }
  // The statement keeps those of the service’s own package; the others follow it.
  const kept =
    isAlone && !groups.has(rewriting.own)
      ? [...groups].sort(([, one], [, other]) => other.length - one.length)[0]?.[0]
      : rewriting.own;
  const others = [...groups].filter(([from]) => from !== kept);
  specify(rewriting, literal, kept ?? rewriting.own);
  const moved = new Set(others.flatMap(([, specifiers]) => specifiers));
  removeNames(pass, named, (specifier) => moved.has(specifier));
  const text = statement.getText();
  const head = text.slice(0, text.indexOf('{')).replace(/^import\s+\w+\s*,\s*/, 'import ');
  const end = text.endsWith(';') ? ';' : '';
  const quote = literal.getText().charAt(0);
  const added = others.map(
    ([from, specifiers]) =>
      `${lineEndOf(file)}${head}{ ${specifiers.map(renamedText).join(', ')} } from ${quote}${from}${quote}${end}`,
  );
  pass.edit(file, { start: statement.getEnd(), end: statement.getEnd(), text: added.join('') });
}

/** Takes names out of a list, each with its comma. */
function removeNames<Named extends Node>(
  pass: Pass,
  all: readonly Named[],
  isRemoved: (named: Named) => boolean,
): void {
  for (let first = 0; first < all.length; first += 1) {
    if (!isRemoved(all[first] as Named)) continue;
    let last = first;
    while (last + 1 < all.length && isRemoved(all[last + 1] as Named)) last += 1;
    const [before, begin, end, after] = [all[first - 1], all[first], all[last], all[last + 1]] as const;
    if (begin === undefined || end === undefined) return;
    pass.edit(begin.getSourceFile(), {
      start: after === undefined && before !== undefined ? before.getEnd() : begin.getStart(),
      end: after?.getStart() ?? end.getEnd(),
      text: '',
    });
    first = last;
  }
}

/** `import { Role }` and what the file calls it; an alias stays. */
function renameSpecifier(pass: Pass, specifier: ImportSpecifier | ExportSpecifier): void {
  const now = RENAMED[specifier.getName()];
  if (now === undefined) return;
  pass.replace(specifier.getNameNode(), now);
  if (specifier.getAliasNode() !== undefined) return;
  if (Node.isExportSpecifier(specifier) || isNamed(specifier.getSourceFile(), now)) {
    pass.edit(specifier.getSourceFile(), {
      start: specifier.getEnd(),
      end: specifier.getEnd(),
      text: ` as ${specifier.getName()}`,
    });
    return;
  }
  for (const each of referencesOf(specifier.getNameNode() as Identifier)) renameReference(pass, each, now);
}

/** Whether the file calls something so already. */
function isNamed(file: SourceFile, name: string): boolean {
  return file.getDescendantsOfKind(SyntaxKind.Identifier).some((each) => each.getText() === name);
}

function renameReference(pass: Pass, identifier: Identifier, now: string): void {
  const parent = identifier.getParent();
  const before = identifier.getText();
  if (Node.isShorthandPropertyAssignment(parent)) pass.replace(identifier, `${before}: ${now}`);
  // Others import it from here by its name of before.
  else if (Node.isExportSpecifier(parent) && parent.getAliasNode() === undefined)
    pass.replace(identifier, `${now} as ${before}`);
  else pass.replace(identifier, now);
}

/** What refers to the declaration in its file: the compiler knows what a shadowing name means. */
function referencesOf(declared: Identifier): Identifier[] {
  const symbol = declared.getSymbol()?.compilerSymbol;
  const { compilerObject: checker } = declared.getProject().getTypeChecker();
  return declared
    .getSourceFile()
    .getDescendantsOfKind(SyntaxKind.Identifier)
    .filter((each) => each !== declared && each.getText() === declared.getText())
    .filter((each) => {
      const parent = each.getParent();
      if (Node.isShorthandPropertyAssignment(parent))
        return checker.getShorthandAssignmentValueSymbol(parent.compilerNode) === symbol;
      if (Node.isExportSpecifier(parent))
        return checker.getExportSpecifierLocalTargetSymbol(parent.compilerNode) === symbol;
      return each.getSymbol()?.compilerSymbol === symbol;
    });
}

function renamedText(specifier: ImportSpecifier | ExportSpecifier): string {
  const now = RENAMED[specifier.getName()];
  if (now === undefined) return specifier.getText();
  const keepsName = Node.isExportSpecifier(specifier) || isNamed(specifier.getSourceFile(), now);
  const alias = specifier.getAliasNode()?.getText() ?? (keepsName ? specifier.getName() : now);
  return `${specifier.isTypeOnly() ? 'type ' : ''}${alias === now ? now : `${now} as ${alias}`}`;
}

/** `const { … } = require('…')` and `= await import('…')`. */
function patternOf(literal: StringLiteral): ObjectBindingPattern | undefined {
  let node: Node | undefined = literal.getParent();
  if (!Node.isCallExpression(node) || !/^(?:require|import)$/.test(node.getExpression().getText()))
    return undefined;
  node = node.getParent();
  if (Node.isAwaitExpression(node)) node = node.getParent();
  if (!Node.isVariableDeclaration(node)) return undefined;
  const name = node.getNameNode();
  return Node.isObjectBindingPattern(name) ? name : undefined;
}

function rewriteRequire(rewriting: Rewriting, literal: StringLiteral, pattern: ObjectBindingPattern): void {
  const { pass, file } = rewriting;
  const nameOf = (element: BindingElement) => element.getPropertyNameNode()?.getText() ?? element.getName();
  const groups = new Map<string, BindingElement[]>();
  for (const element of pattern.getElements()) {
    const name = nameOf(element);
    const now = RENAMED[name];
    if (now !== undefined)
      if (element.getPropertyNameNode() === undefined) pass.replace(element.getNameNode(), `${now}: ${name}`);
      else pass.replace(element.getPropertyNameNode() ?? element, now);
    const from = packageFor(rewriting, now ?? name);
    groups.set(from, [...(groups.get(from) ?? []), element]);
  }
  const kept = groups.has(rewriting.own) ? rewriting.own : ([...groups.keys()][0] ?? rewriting.own);
  const others = [...groups.keys()].filter((from) => from !== kept);
  specify(rewriting, literal, kept);
  if (others.length === 0) return;
  const moved = new Set(others.flatMap((from) => groups.get(from) ?? []));
  removeNames(pass, pattern.getElements(), (element) => moved.has(element));
  const declaration = pattern.getParentIfKindOrThrow(SyntaxKind.VariableDeclaration);
  const value = declaration.getInitializerOrThrow().getText();
  const added = others.map((from) => {
    const names = (groups.get(from) ?? []).map((element) => {
      const now = RENAMED[nameOf(element)];
      return now === undefined ? element.getText() : `${now}: ${element.getName()}`;
    });
    return `, { ${names.join(', ')} } = ${value.replace(literal.getText(), quoted(literal, from))}`;
  });
  pass.edit(file, { start: declaration.getEnd(), end: declaration.getEnd(), text: added.join('') });
}

function packageFor({ pass, own }: Rewriting, name: string): string {
  if (OF_EACH_CLIENT.has(name)) return own;
  const model = earlierModels[name];
  const owner = model === undefined ? undefined : packageOf(model.service);
  if (owner !== undefined && pass.packages.isExportedBy(owner, name)) return owner;
  return pass.packages.isExportedBy(own, name) ? own : (pass.packages.exporterOf(name) ?? own);
}

function specify({ pass }: Rewriting, literal: StringLiteral, ...from: readonly string[]): void {
  pass.replace(literal, from.map((each) => quoted(literal, each)).join(', '));
}

function quoted(literal: StringLiteral, text: string): string {
  const quote = literal.getText().charAt(0);
  return quote + text + quote;
}
