import type { Node } from 'ts-morph';
import type { ServiceProject } from './service-project.js';

/** Something that a person has to do. */
export interface LeftByHand {
  /** Below the folder of the service, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export function leftAt(project: ServiceProject, node: Node, reason: string): LeftByHand {
  return {
    file: project.nameOf(node.getSourceFile().getFilePath()),
    line: node.getStartLineNumber(),
    reason,
  };
}

/** In the order of files and lines, each once. */
export function sorted(left: readonly LeftByHand[]): LeftByHand[] {
  const seen = new Map(left.map((each) => [`${each.file}\0${each.line}\0${each.reason}`, each]));
  return [...seen.values()].sort(
    (one, other) =>
      (one.file < other.file ? -1 : one.file > other.file ? 1 : 0) ||
      one.line - other.line ||
      (one.reason < other.reason ? -1 : 1),
  );
}
