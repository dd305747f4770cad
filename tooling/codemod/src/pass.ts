import type { Node, SourceFile } from 'ts-morph';
import { type Edit, edited } from './edits.js';
import { importEdits, type NeededImport } from './imports/needed-imports.js';
import type { NewPackages } from './new-packages.js';
import type { ServiceProject } from './service-project.js';

/** One look at all files: rules add edits, which are applied together. A later pass sees what the compiler says then. */
export interface Pass {
  readonly project: ServiceProject;
  readonly packages: NewPackages;
  replace(node: Node, text: string): void;
  edit(file: SourceFile, edit: Edit): void;
  /** Imports the name, if the file does not yet, and gives what the file calls it. */
  importName(file: SourceFile, needed: Omit<NeededImport, 'as'>): string;
}

export interface RunningPass extends Pass {
  /** Applies the edits; gives the number of files that are different now. */
  apply(): number;
}

export function startPass(project: ServiceProject, packages: NewPackages): RunningPass {
  const edits = new Map<SourceFile, Edit[]>();
  const imports = new Map<SourceFile, NeededImport[]>();
  const listOf = <Item>(map: Map<SourceFile, Item[]>, file: SourceFile): Item[] => {
    const list = map.get(file) ?? [];
    map.set(file, list);
    return list;
  };
  const edit: Pass['edit'] = (file, one) => {
    listOf(edits, file).push(one);
  };
  return {
    project,
    packages,
    edit,
    replace: (node, text) => edit(node.getSourceFile(), { start: node.getStart(), end: node.getEnd(), text }),
    importName(file, needed) {
      const wanted = listOf(imports, file);
      const known = wanted.find(({ name, from }) => name === needed.name && from === needed.from);
      if (known !== undefined) {
        if (!needed.isType && known.isType) wanted[wanted.indexOf(known)] = { ...known, isType: false };
        return known.as;
      }
      const as = localNameOf(file, needed);
      wanted.push({ ...needed, as });
      return as;
    },
    apply() {
      let changed = 0;
      for (const file of new Set([...edits.keys(), ...imports.keys()])) {
        const before = file.getFullText();
        const all = [...(edits.get(file) ?? []), ...importEdits(file, imports.get(file) ?? [])];
        const after = edited(before, all);
        if (after === before) continue;
        changed += 1;
        project.replaceText(file.getFilePath(), after);
      }
      return changed;
    },
  };
}

/** Its own name, unless the file calls something else so. */
function localNameOf(file: SourceFile, { name, from }: Omit<NeededImport, 'as'>): string {
  for (const declaration of file.getImportDeclarations())
    if (declaration.getModuleSpecifierValue() === from)
      for (const specifier of declaration.getNamedImports())
        if (specifier.getName() === name) return specifier.getAliasNode()?.getText() ?? name;
  if (file.compilerNode.getSourceFile().text.includes(name) && isDeclaredIn(file, name))
    return `${name}OfDatabase`;
  return name;
}

function isDeclaredIn(file: SourceFile, name: string): boolean {
  const identifiers = (file.compilerNode as unknown as { identifiers?: ReadonlyMap<string, string> })
    .identifiers;
  if (identifiers !== undefined && !identifiers.has(name)) return false;
  let isDeclared = false;
  file.forEachDescendant((node, traversal) => {
    const { symbol } = node.compilerNode as unknown as { symbol?: { name: string } };
    // A member of a class or of an object is no name of the file.
    if (
      symbol?.name !== name ||
      /Property|Method|Accessor|EnumMember|ShorthandPropertyAssignment/.test(node.getKindName())
    )
      return;
    isDeclared = true;
    traversal.stop();
  });
  return isDeclared;
}
