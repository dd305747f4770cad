import { Node, SyntaxKind } from 'ts-morph';
import type { CompilerError } from '../compiler-errors.js';
import { TYPES_PACKAGE } from '../earlier/schema.js';
import { lineEndOf } from '../imports/needed-imports.js';
import type { Pass } from '../pass.js';

/** `import { UserRole } from './database'`, which re-exports all of a package that no longer has it: db-types may. */
export function rewriteMovedName(pass: Pass, { node, code, file }: CompilerError): boolean {
  if (code !== 2305 && code !== 2724 && code !== 2614) return false;
  const specifier = node.getFirstAncestorByKind(SyntaxKind.ImportSpecifier) ?? node;
  if (!Node.isImportSpecifier(specifier) || !pass.packages.isExportedBy(TYPES_PACKAGE, specifier.getName()))
    return false;
  const declaration = specifier.getImportDeclaration();
  if (declaration.getModuleSpecifierValue() === TYPES_PACKAGE) return false;
  const named = declaration.getNamedImports();
  const at = named.indexOf(specifier);
  const [before, after] = [named[at - 1], named[at + 1]];
  const quote = declaration.getModuleSpecifier().getText().charAt(0);
  const end = declaration.getText().endsWith(';') ? ';' : '';
  const statement = `import ${declaration.isTypeOnly() ? 'type ' : ''}{ ${specifier.getText()} } from ${quote}${TYPES_PACKAGE}${quote}${end}`;
  if (named.length === 1 && declaration.getDefaultImport() === undefined) {
    pass.replace(declaration, statement);
    return true;
  }
  const span =
    after !== undefined
      ? { start: specifier.getStart(), end: after.getStart() }
      : { start: before?.getEnd() ?? specifier.getStart(), end: specifier.getEnd() };
  pass.edit(file, { ...span, text: '' });
  pass.edit(file, {
    start: declaration.getEnd(),
    end: declaration.getEnd(),
    text: lineEndOf(file) + statement,
  });
  return true;
}
