import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packages, read } from '@codezest/checks/repository';
import { parse } from '@codezest/checks/source-code';
import { repositoryRoot } from '@codezest/schema-docs';
import ts from 'typescript';

/** What a source file declares at its top level, with all overloads of a function. */
export interface Declaration {
  readonly path: string;
  readonly name: string;
  readonly nodes: readonly ts.Node[];
}

interface Module {
  readonly declared: Map<string, ts.Node[]>;
  /** By local name: what another file calls it. */
  readonly imported: Map<string, { from: string; name: string }>;
  readonly handedOn: { from: string; name?: string; as?: string }[];
}

const modules = new Map<string, Module>();

/** The declaration that a name means in a file, whether it is declared there, imported or handed on. */
export function declarationOf(path: string, name: string, seen = new Set<string>()): Declaration | undefined {
  if (seen.has(`${path} ${name}`)) return undefined;
  seen.add(`${path} ${name}`);
  const { declared, imported, handedOn } = moduleOf(path);
  const nodes = declared.get(name);
  if (nodes) return { path, name, nodes };
  const found = imported.get(name);
  if (found) return declarationIn(found.from, path, found.name, seen);
  for (const { from, name: original, as } of handedOn) {
    if (as !== undefined && as !== name) continue;
    const target = declarationIn(from, path, original ?? name, seen);
    if (target) return target;
  }
  return undefined;
}

function declarationIn(
  specifier: string,
  from: string,
  name: string,
  seen: Set<string>,
): Declaration | undefined {
  const path = sourceOf(specifier, from);
  return path === undefined ? undefined : declarationOf(path, name, seen);
}

/** The source file behind an import of ours. What is generated or installed has none. */
function sourceOf(specifier: string, from: string): string | undefined {
  if (specifier.includes('/generated/')) return undefined;
  if (specifier.startsWith('.')) return existing(join(dirname(from), specifier).replace(/\.js$/, '.ts'));
  const [, name, entry] = /^(@codezest\/[\w-]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  const target = packages().find(({ manifest }) => manifest.name === name);
  if (target === undefined) return undefined;
  const source = target.manifest.exports?.[entry === undefined ? '.' : `./${entry}`];
  // A published package exports what is built of `src/<entry>.ts`.
  const file = typeof source === 'string' ? source : `src/${entry ?? 'index'}.ts`;
  return existing(join(target.directory, file));
}

function existing(path: string): string | undefined {
  return existsSync(join(repositoryRoot, path)) && path.endsWith('.ts') ? path : undefined;
}

function moduleOf(path: string): Module {
  const known = modules.get(path);
  if (known) return known;
  const module: Module = { declared: new Map(), imported: new Map(), handedOn: [] };
  modules.set(path, module);
  for (const node of parse(path).statements) {
    if (ts.isImportDeclaration(node)) addImports(module, node);
    else if (ts.isExportDeclaration(node)) addHandedOn(module, node);
    else
      for (const name of namesOf(node))
        module.declared.set(name, [...(module.declared.get(name) ?? []), node]);
  }
  return module;
}

function addImports({ imported }: Module, { importClause, moduleSpecifier }: ts.ImportDeclaration): void {
  const bindings = importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings) || !ts.isStringLiteral(moduleSpecifier)) return;
  for (const { name, propertyName } of bindings.elements) {
    imported.set(name.text, { from: moduleSpecifier.text, name: (propertyName ?? name).text });
  }
}

function addHandedOn({ imported, handedOn }: Module, node: ts.ExportDeclaration): void {
  const { moduleSpecifier, exportClause } = node;
  const from = moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
  if (exportClause === undefined && from !== undefined) handedOn.push({ from });
  if (!exportClause || !ts.isNamedExports(exportClause)) return;
  for (const { name, propertyName } of exportClause.elements) {
    const original = (propertyName ?? name).text;
    if (from !== undefined) handedOn.push({ from, name: original, as: name.text });
    else {
      const found = imported.get(original);
      if (found) handedOn.push({ ...found, as: name.text });
    }
  }
}

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((element) =>
            ts.isBindingElement(element) && ts.isIdentifier(element.name) ? [element.name.text] : [],
          ),
    );
  }
  const named =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node);
  return named && node.name ? [node.name.text] : [];
}

/** The first line of a node's file that belongs to it, counted from 1. */
export function lineOf(node: ts.Node): number {
  return node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

export function sourceText(path: string): string {
  return read(path);
}
