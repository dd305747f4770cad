import { filesBelow } from '@codezest/checks/repository';
import { parse, visit } from '@codezest/checks/source-code';
import { type EventContract, eventContracts } from '@codezest/db-types';
import ts from 'typescript';

export interface EventFacts {
  readonly contract: EventContract;
  readonly doc: string;
}

/** Every contract, with the comment that stands above it in the source. */
export function readEvents(): EventFacts[] {
  const docs = new Map<string, string>();
  for (const path of filesBelow('packages/db-types/src/events', '.ts')) {
    for (const statement of parse(path).statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const doc = ts
        .getJSDocCommentsAndTags(statement)
        .filter(ts.isJSDoc)
        .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
        .join(' ');
      visit(statement, (node) => {
        if (
          ts.isPropertyAssignment(node) &&
          node.name.getText() === 'type' &&
          ts.isStringLiteral(node.initializer)
        )
          docs.set(node.initializer.text, doc);
      });
    }
  }
  return eventContracts.map((contract) => ({ contract, doc: docs.get(contract.type) ?? '' }));
}
