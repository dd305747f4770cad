import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Symbol as MorphSymbol, Project, Type } from 'ts-morph';
import { packageOf, type Service, services, TYPES_PACKAGE } from './earlier/schema.js';
import { CodemodError } from './errors.js';

/** What the installed packages export, as this project sees them. */
export interface NewPackages {
  /** The services whose database the rewritten one uses, the main one first. */
  readonly services: readonly Service[];
  /** The package that has the name, the main one first and db-types last. */
  exporterOf(name: string): string | undefined;
  /** The package that exports it though the service does not use it. */
  isExportedBy(packageName: string, name: string): boolean;
}

/** @throws {CodemodError} CODEMOD_PACKAGE_MISSING, naming what to install. */
export function newPackages(project: Project, folder: string, used: readonly Service[]): NewPackages {
  const wanted = [...used.map(packageOf), TYPES_PACKAGE];
  const probe = project.createSourceFile(
    join(folder, '__codezest_packages__.ts'),
    wanted.map((name) => `import '${name}';`).join('\n'),
    { overwrite: true },
  );
  try {
    const exported = new Map<string, ReadonlySet<string>>();
    const missing: string[] = [];
    for (const declaration of probe.getImportDeclarations()) {
      const name = declaration.getModuleSpecifierValue();
      const file = declaration.getModuleSpecifierSourceFile();
      if (file === undefined) missing.push(name);
      else
        exported.set(
          name,
          new Set(
            project
              .getTypeChecker()
              .compilerObject.getExportsOfModule(file.getSymbolOrThrow().compilerSymbol)
              .map((symbol) => symbol.name),
          ),
        );
    }
    if (missing.length > 0)
      throw new CodemodError(
        'CODEMOD_PACKAGE_MISSING',
        `The compiler does not find ${missing.join(' and ')}. Run npm install ${missing.join(' ')} first: the codemod follows their types.`,
      );
    return {
      services: used,
      exporterOf: (name) => wanted.find((each) => exported.get(each)?.has(name)),
      isExportedBy: (packageName, name) => exported.get(packageName)?.has(name) === true,
    };
  } finally {
    project.removeSourceFile(probe);
  }
}

const owners = new Map<string, string | undefined>();

/** The package of ours that a file belongs to. */
export function packageOfFile(path: string): string | undefined {
  const folder = dirname(path);
  if (owners.has(folder)) return owners.get(folder);
  const manifest = join(folder, 'package.json');
  let owner: string | undefined;
  if (existsSync(manifest) && 'name' in parsed(manifest)) {
    const { name } = parsed(manifest);
    owner = isOurs(name) ? name : undefined;
  } else owner = folder === dirname(folder) ? undefined : packageOfFile(folder);
  owners.set(folder, owner);
  return owner;
}

function parsed(manifest: string): { name?: unknown } {
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null ? content : {};
}

function isOurs(name: unknown): name is string {
  return typeof name === 'string' && [...services.map(packageOf), TYPES_PACKAGE].includes(name);
}

export function packageOfSymbol(symbol: MorphSymbol | undefined): string | undefined {
  for (const declaration of symbol?.getDeclarations() ?? []) {
    const owner = packageOfFile(declaration.getSourceFile().getFilePath());
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** The package whose client an expression is, a transaction's included. */
export function packageOfClient(type: Type, delegate: string): string | undefined {
  return packageOfSymbol(type.getApparentProperty(delegate));
}
