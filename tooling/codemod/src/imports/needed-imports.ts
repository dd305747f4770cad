import { type ImportDeclaration, Node, type SourceFile, SyntaxKind } from 'ts-morph';
import type { Edit } from '../edits.js';

export interface NeededImport {
  readonly from: string;
  readonly name: string;
  /** What the file calls it. */
  readonly as: string;
  readonly isType: boolean;
}

/** How the file writes its imports. */
interface ImportStyle {
  readonly quote: string;
  readonly end: string;
  readonly lineEnd: string;
  readonly isRequire: boolean;
}

export function importEdits(file: SourceFile, needed: readonly NeededImport[]): Edit[] {
  const style = styleOf(file);
  return [...new Set(needed.map(({ from }) => from))].flatMap((from) => {
    const missing = needed.filter((each) => each.from === from && !isImported(file, each));
    if (missing.length === 0) return [];
    const declaration = file
      .getImportDeclarations()
      .find((each) => each.getModuleSpecifierValue() === from && each.getNamedImports().length > 0);
    if (declaration === undefined || (declaration.isTypeOnly() && missing.some(({ isType }) => !isType)))
      return [newStatement(file, from, missing, style)];
    return extended(declaration, missing);
  });
}

function isImported(file: SourceFile, { from, name, isType }: NeededImport): boolean {
  return file
    .getImportDeclarations()
    .some(
      (declaration) =>
        declaration.getModuleSpecifierValue() === from &&
        (isType || !declaration.isTypeOnly()) &&
        declaration
          .getNamedImports()
          .some((each) => each.getName() === name && (isType || !each.isTypeOnly())),
    );
}

/** One more name among those that are there; one that was there as a type becomes a value. */
function extended(declaration: ImportDeclaration, missing: readonly NeededImport[]): Edit[] {
  const named = declaration.getNamedImports();
  const last = named.at(-1);
  if (last === undefined) return [];
  const raised = missing.flatMap(({ name }) => {
    const typed = named.find((each) => each.getName() === name && each.isTypeOnly());
    return typed === undefined
      ? []
      : [{ start: typed.getStart(), end: typed.getNameNode().getStart(), text: '', name }];
  });
  const added = missing
    .filter(({ name }) => !raised.some((each) => each.name === name))
    .map((each) => specifierOf(each, declaration.isTypeOnly()));
  const separator = declaration.getText().includes('\n')
    ? `,${lineEndOf(declaration.getSourceFile())}${' '.repeat(last.getStart() - last.getStartLinePos())}`
    : ', ';
  const edits: Edit[] = raised;
  return added.length === 0
    ? edits
    : [...edits, { start: last.getEnd(), end: last.getEnd(), text: separator + added.join(separator) }];
}

function newStatement(
  file: SourceFile,
  from: string,
  needed: readonly NeededImport[],
  style: ImportStyle,
): Edit {
  const { quote, end, lineEnd } = style;
  const areTypes = needed.every(({ isType }) => isType);
  const names = needed.map((each) => specifierOf(each, areTypes)).join(', ');
  const text = style.isRequire
    ? `const { ${needed.map(({ name, as }) => (as === name ? name : `${name}: ${as}`)).join(', ')} } = require(${quote}${from}${quote})${end}`
    : `import ${areTypes ? 'type ' : ''}{ ${names} } from ${quote}${from}${quote}${end}`;
  const after = lastImportOf(file, style.isRequire);
  if (after !== undefined) return { start: after.getEnd(), end: after.getEnd(), text: lineEnd + text };
  // Behind the comments at the top and directives such as 'use strict'.
  const statements = file.getStatements();
  const directive = statements
    .filter(
      (each, at) =>
        Node.isExpressionStatement(each) &&
        Node.isStringLiteral(each.getExpression()) &&
        statements.slice(0, at).every((before) => Node.isExpressionStatement(before)),
    )
    .at(-1);
  if (directive !== undefined)
    return { start: directive.getEnd(), end: directive.getEnd(), text: lineEnd + text };
  const start = statements[0]?.getStart() ?? file.getEnd();
  return { start, end: start, text: text + lineEnd };
}

function specifierOf({ name, as, isType }: NeededImport, isTypeOnly: boolean): string {
  return `${isType && !isTypeOnly ? 'type ' : ''}${as === name ? name : `${name} as ${as}`}`;
}

/** The last statement of the block of imports at the top. */
function lastImportOf(file: SourceFile, isRequire: boolean): Node | undefined {
  return file
    .getStatements()
    .filter(
      (each) =>
        Node.isImportDeclaration(each) ||
        Node.isImportEqualsDeclaration(each) ||
        (isRequire && Node.isVariableStatement(each) && /=\s*require\(\s*['"]/.test(each.getText())),
    )
    .at(-1);
}

function styleOf(file: SourceFile): ImportStyle {
  const literal =
    file.getImportDeclarations()[0]?.getModuleSpecifier() ??
    file.getFirstDescendantByKind(SyntaxKind.StringLiteral);
  const text = file.getFullText();
  const isRequire =
    /\.[cm]?jsx?$/.test(file.getFilePath()) &&
    file.getImportDeclarations().length === 0 &&
    (/\brequire\(/.test(text) || file.getFilePath().endsWith('.cjs'));
  const statement = file.getImportDeclarations()[0] ?? file.getStatements()[0];
  return {
    quote: literal?.getText().charAt(0) === '"' ? '"' : "'",
    end:
      statement === undefined || statement.getText().endsWith(';') || statement.getText().endsWith('}')
        ? ';'
        : '',
    lineEnd: lineEndOf(file),
    isRequire,
  };
}

export function lineEndOf(file: SourceFile): string {
  return file.getFullText().includes('\r\n') ? '\r\n' : '\n';
}
