import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Project, type SourceFile, ts } from 'ts-morph';
import { CodemodError } from './errors.js';
import type { ServiceFiles } from './service-files.js';

const SOURCE = /(?<!\.d)\.(?:[cm]?tsx?|[cm]?jsx?)$/;
const CONFIGURATION = /^tsconfig(?:\..+)?\.json$/;

/**
 * The compiler's view of the service: a project for each tsconfig.json that files belong to. Nothing is written through it: the
 * texts on the disk and the edits are kept beside it.
 */
export interface ServiceProject {
  readonly folder: string;
  readonly projects: readonly Project[];
  /** Each source file once, in the project that checks it. */
  sourceFiles(): SourceFile[];
  replaceText(path: string, text: string): void;
  /** For the report: below the folder, with slashes. */
  nameOf(path: string): string;
}

/** @throws {CodemodError} CODEMOD_PROJECT_MISSING, CODEMOD_PROJECT_INVALID. */
export function openProject({ folder, paths }: ServiceFiles): ServiceProject {
  const configurations = paths.filter((path) => CONFIGURATION.test(basename(path)));
  const sources = paths.filter((path) => SOURCE.test(path));
  const owners = new Map<string, Project>();
  const projects: Project[] = [];
  // tsconfig.json before tsconfig.build.json: the latter leaves out the tests. The innermost folder first.
  const inOrder = configurations.sort(
    (one, other) => depth(other) - depth(one) || basename(one).length - basename(other).length,
  );
  for (const path of inOrder) {
    const included = new Set(filesOf(path));
    const own = sources.filter((source) => included.has(source) && !owners.has(source));
    if (own.length > 0) projects.push(projectOf(path, own, owners));
  }
  // What no configuration includes, such as scripts and tests, is checked by the settings of the nearest one.
  const rest = sources.filter((source) => !owners.has(source));
  for (const source of rest) {
    const near = nearest(source, inOrder);
    if (near === undefined) continue;
    let project = projects.find((each) => each.getCompilerOptions().configFilePath === near);
    if (project === undefined) {
      project = projectOf(near, [], owners);
      projects.push(project);
    }
    project.createSourceFile(source, textOf(source), { overwrite: true });
    owners.set(source, project);
  }
  if (projects.length === 0)
    throw new CodemodError(
      'CODEMOD_PROJECT_MISSING',
      `No tsconfig.json in ${folder} includes a file. The codemod follows the errors of the compiler: add a tsconfig.json, for JavaScript with allowJs.`,
    );
  return {
    folder,
    projects,
    sourceFiles: () => [...owners].map(([path, project]) => project.getSourceFileOrThrow(path)),
    replaceText(path, text) {
      // A file of one project may be part of the program of another, which imports it.
      for (const project of projects)
        if (project.getSourceFile(path) !== undefined)
          project.createSourceFile(path, text, { overwrite: true });
    },
    nameOf: (path) => relative(folder, path).replaceAll('\\', '/'),
  };
}

function projectOf(configuration: string, sources: readonly string[], owners: Map<string, Project>): Project {
  const project = new Project({
    tsConfigFilePath: configuration,
    skipAddingFilesFromTsConfig: true,
    compilerOptions: {
      allowJs: true,
      skipLibCheck: true,
      noEmit: true,
      // Errors about unused names are the linter's; those of declarations come with the build.
      noUnusedLocals: false,
      noUnusedParameters: false,
      composite: false,
      incremental: false,
      noErrorTruncation: true,
    },
  });
  for (const source of sources) {
    project.createSourceFile(source, textOf(source), { overwrite: true });
    owners.set(source, project);
  }
  return project;
}

function filesOf(configuration: string): string[] {
  const { config, error } = ts.readConfigFile(configuration, ts.sys.readFile);
  if (error !== undefined)
    throw new CodemodError(
      'CODEMOD_PROJECT_INVALID',
      `${configuration} cannot be read: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`,
    );
  return ts.parseJsonConfigFileContent(config, ts.sys, dirname(configuration), undefined, configuration)
    .fileNames;
}

function nearest(source: string, configurations: readonly string[]): string | undefined {
  return configurations
    .filter((path) => basename(path) === 'tsconfig.json' && source.startsWith(join(dirname(path), '/')))
    .sort((one, other) => depth(other) - depth(one))[0];
}

function depth(path: string): number {
  return path.split(/[\\/]/).length;
}

/** Without the byte order mark: positions are those of the text behind it. */
export function textOf(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}
