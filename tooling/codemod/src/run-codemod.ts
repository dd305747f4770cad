import { readFileSync } from 'node:fs';
import { type CompilerError, compilerErrors, countsOf, newErrors } from './compiler-errors.js';
import { EARLIER_PACKAGE, type Service } from './earlier/schema.js';
import { namesEarlier, rewriteEarlierImports } from './imports/earlier-imports.js';
import { type LeftByHand, sorted } from './left-by-hand.js';
import { newPackages } from './new-packages.js';
import { rewriteOtherFiles } from './other-files.js';
import { type Pass, startPass } from './pass.js';
import { reasonOf, silentChanges } from './reasons.js';
import { rewriteClients, rewriteTransactionArgument } from './rules/clients.js';
import { rewriteColumns } from './rules/columns.js';
import {
  rewriteComparison,
  rewriteLiteral,
  rewriteMember,
  rewriteMembersOfScript,
} from './rules/enum-members.js';
import { isJavaScript, rewriteId } from './rules/ids.js';
import { rewriteParsed, rewriteStringified } from './rules/json-texts.js';
import { isUnfit, mismatchesOf } from './rules/mismatches.js';
import { rewriteMovedName } from './rules/moved-names.js';
import { filesOfService } from './service-files.js';
import { openProject, type ServiceProject, textOf } from './service-project.js';
import { writeFiles } from './write-files.js';

export interface CodemodOptions {
  readonly folder: string;
  /** The services whose databases the rewritten one uses, its own first. */
  readonly services: readonly Service[];
  /** Another name that the earlier package was installed by. */
  readonly earlier?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** Rewrites beside changes that are not committed, or outside of git. */
  readonly allowDirty?: boolean | undefined;
}

export interface CodemodReport {
  /** Below the folder, with slashes; sorted. */
  readonly changed: readonly string[];
  readonly left: readonly LeftByHand[];
}

/** Callers of callers of a retyped parameter: more than this is a circle. */
const MOST_PASSES = 30;

/**
 * Rewrites the service, and tells what is left. Files are written at the end, together: a run that fails has written none.
 *
 * @throws {CodemodError} Its codes are in `errors.ts`.
 */
export async function runCodemod(options: CodemodOptions): Promise<CodemodReport> {
  const { folder, services, earlier = EARLIER_PACKAGE, dryRun = false, allowDirty = false } = options;
  const files = filesOfService(folder, { allowDirty });
  const project = openProject(files);
  const [first] = project.projects;
  if (first === undefined) return { changed: [], left: [] };
  const packages = newPackages(first, files.folder, services);
  // Errors of a service that was not rewritten yet are its own. Afterwards none can be told from what is left.
  const isFirstRun = project.sourceFiles().some((file) => namesEarlier(file, earlier));
  const before = countsOf(isFirstRun ? compilerErrors(project) : []);

  const left: LeftByHand[] = [];
  const imports = startPass(project, packages);
  for (const file of project.sourceFiles())
    left.push(...rewriteEarlierImports(imports, file, earlier, services));
  imports.apply();
  const remaining = passes(project, packages, before);
  const last = startPass(project, packages);
  left.push(...remaining, ...project.sourceFiles().flatMap((file) => silentChanges(last, file)));

  const other = rewriteOtherFiles(project, files.paths, earlier, services);
  left.push(...other.left);
  const texts = new Map([...changedSources(project), ...other.texts]);
  if (!dryRun) writeFiles(texts);
  return { changed: [...texts.keys()].map(project.nameOf).sort(), left: sorted(left) };
}

function passes(
  project: ServiceProject,
  packages: Pass['packages'],
  before: ReadonlyMap<string, number>,
): LeftByHand[] {
  for (let count = 1; ; count += 1) {
    const pass = startPass(project, packages);
    for (const file of project.sourceFiles()) {
      rewriteClients(pass, file);
      rewriteColumns(pass, file);
      if (isJavaScript(file)) rewriteMembersOfScript(pass, file);
    }
    // Columns and clients first: what they mend is no error any more.
    if (pass.apply() > 0 && count < MOST_PASSES) continue;
    const following = startPass(project, packages);
    const left = newErrors(compilerErrors(project), before).flatMap((error) => {
      const reason = rewriteError(following, error);
      return reason === true
        ? []
        : [{ file: project.nameOf(error.file.getFilePath()), line: error.node.getStartLineNumber(), reason }];
    });
    if (count >= MOST_PASSES || following.apply() === 0) return left;
  }
}

/** True where the error was met by an edit; the reason for a person elsewhere. */
function rewriteError(pass: Pass, error: CompilerError): true | string {
  if (rewriteMember(pass, error) || rewriteComparison(pass, error) || rewriteParsed(pass, error)) return true;
  if (rewriteMovedName(pass, error)) return true;
  let known: string | undefined;
  if (isUnfit(error)) {
    if (rewriteTransactionArgument(pass, error.node)) return true;
    let isMet = false;
    for (const mismatch of mismatchesOf(error)) {
      const outcomes = [
        () => (rewriteStringified(pass, mismatch) ? undefined : false),
        () => rewriteLiteral(pass, mismatch),
        () => rewriteId(pass, mismatch),
      ];
      for (const rewrite of outcomes) {
        const outcome = rewrite();
        if (outcome === false) continue;
        if (outcome === undefined) isMet = true;
        else known = outcome;
        break;
      }
    }
    if (isMet) return true;
  }
  return reasonOf(error, known);
}

function changedSources(project: ServiceProject): [string, string][] {
  return project.sourceFiles().flatMap((file): [string, string][] => {
    const path: string = file.getFilePath();
    if (file.getFullText() === textOf(path)) return [];
    const mark = readFileSync(path, 'utf8').startsWith('\uFEFF') ? '\uFEFF' : '';
    return [[path, mark + file.getFullText()]];
  });
}
