import { dirname, relative, resolve } from 'node:path';
import ts from 'typescript';

/**
 * The places in a declaration that name other files of ours. What stands between `start` and `end` is to be replaced by
 * what `print` says, given the path from here to each of the `targets`.
 */
export function internalImports(file, text, { emitted, declaringFile, internal }) {
  const edits = [];
  const visit = (node) => {
    const literal = moduleNamedBy(node);
    const target = literal && declarationOf(literal.text, file, internal);
    if (target !== undefined) {
      const through = internal.get(literal.text);
      const sourceOf = (name) => {
        const source = through && name && declaringFile(through, name);
        return emitted.has(source) ? source : target;
      };
      const elements = through && namesTakenBy(node);
      edits.push(
        elements ? takenFromSources(node, elements, sourceOf) : namedBy(literal, sourceOf(firstNameOf(node))),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true));
  return edits;
}

function namedBy(literal, target) {
  return {
    start: literal.getStart(),
    end: literal.end,
    targets: [target],
    print: (path) => `'${path(target)}'`,
  };
}

/**
 * `import { a, b } from '@codezest/internal'` as one import per file that declares them: what else the internal package
 * exports, and what that needs, stays at home.
 */
function takenFromSources(node, elements, sourceOf) {
  const bySource = new Map();
  for (const element of elements) {
    const source = sourceOf((element.propertyName ?? element.name).text);
    bySource.set(source, [...(bySource.get(source) ?? []), element.getText()]);
  }
  const isTypeOnly = node.isTypeOnly || node.importClause?.isTypeOnly;
  const head = `${ts.isImportDeclaration(node) ? 'import' : 'export'}${isTypeOnly ? ' type' : ''}`;
  return {
    start: node.getStart(),
    end: node.end,
    targets: [...bySource.keys()],
    print: (path) =>
      [...bySource]
        .map(([source, names]) => `${head} { ${names.join(', ')} } from '${path(source)}';`)
        .join('\n'),
  };
}

/** The literal in `import … from`, `export … from` and `import('…')`. */
function moduleNamedBy(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  return ts.isImportTypeNode(node) ? node.argument.literal : undefined;
}

/** `a` in `import('…').a.b`. */
function firstNameOf({ qualifier: name }) {
  while (name?.left) name = name.left;
  return name?.text;
}

/** The names in the braces of an import or export, where there is nothing beside the braces. */
function namesTakenBy(node) {
  const braces = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  const onlyBraces = braces !== undefined && (ts.isNamedImports(braces) || ts.isNamedExports(braces));
  return onlyBraces && node.importClause?.name === undefined ? braces.elements : undefined;
}

/** The text with each of these places as it is written where `path` says where the targets are. */
export function withPaths(text, edits, path) {
  let result = '';
  let end = 0;
  for (const edit of edits.sort((one, other) => one.start - other.start)) {
    result += text.slice(end, edit.start) + edit.print(path);
    end = edit.end;
  }
  return result + text.slice(end);
}

export function pathTo(file, from) {
  const path = relative(dirname(from), file).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** The declaration that a specifier names, or nothing for a package that the consumer installs. */
function declarationOf(specifier, from, internal) {
  const source = specifier.startsWith('.') ? resolve(dirname(from), specifier) : internal.get(specifier);
  return source?.replace(/\.[jt]s$/, '.d.ts');
}
