import { type Diagnostic, Node, type SourceFile, ts } from 'ts-morph';
import type { ServiceProject } from './service-project.js';

export interface CompilerError {
  readonly file: SourceFile;
  readonly code: number;
  readonly message: string;
  readonly start: number;
  /** The innermost node at its place. */
  readonly node: Node;
}

/** What the compiler says about the service's own TypeScript; JavaScript that it does not check has no errors. */
export function compilerErrors(project: ServiceProject): CompilerError[] {
  const owners = new Set(project.sourceFiles());
  return [...owners].flatMap((file) => {
    const program = file.getProject().getProgram();
    const diagnostics: Diagnostic[] = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return diagnostics.flatMap((diagnostic) => {
      const { start, code, messageText, length } = diagnostic.compilerObject;
      if (start === undefined) return [];
      const node = spanOf(file, start, length ?? 0);
      return [{ file, code, message: ts.flattenDiagnosticMessageText(messageText, '\n'), start, node }];
    });
  });
}

function spanOf(file: SourceFile, start: number, length: number): Node {
  let node = file.getDescendantAtPos(start) ?? file;
  // The error is about the whole expression, of which this is the first word.
  for (
    let parent = node.getParent();
    parent !== undefined && !Node.isSourceFile(parent);
    parent = parent.getParent()
  ) {
    if (parent.getStart() !== start || parent.getEnd() > start + length) break;
    node = parent;
  }
  return node;
}

/** Errors that were there before are not the codemod's: told by file, code and words, because lines move. */
export function newErrors(
  now: readonly CompilerError[],
  before: ReadonlyMap<string, number>,
): CompilerError[] {
  const left = new Map(before);
  return now.filter((error) => {
    const key = keyOf(error);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

/** Modules and members of modules that are not found: where the earlier package is not installed, they are for want of it. */
const NOT_FOUND = new Set([2305, 2307, 2614, 2724]);

export function countsOf(errors: readonly CompilerError[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const error of errors)
    if (!NOT_FOUND.has(error.code)) counts.set(keyOf(error), (counts.get(keyOf(error)) ?? 0) + 1);
  return counts;
}

function keyOf({ file, code, message }: CompilerError): string {
  return `${file.getFilePath()}\0${code}\0${message.split('\n')[0]}`;
}
