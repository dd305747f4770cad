import { Node, SyntaxKind } from 'ts-morph';
import type { CompilerError } from '../compiler-errors.js';
import type { Pass } from '../pass.js';
import type { Mismatch } from './mismatches.js';
import { typeOf } from './mismatches.js';

/** Columns that held JSON as text hold the values themselves: nothing is written with `JSON.stringify` or read with `JSON.parse`. */
export function rewriteStringified(pass: Pass, { expression, wanted }: Mismatch): boolean {
  if (!typeOf(expression).isString() || wanted.isString()) return false;
  if (!Node.isCallExpression(expression) || expression.getExpression().getText() !== 'JSON.stringify')
    return false;
  const [value, ...others] = expression.getArguments();
  if (
    value === undefined ||
    others.length > 0 ||
    (!wanted.getNonNullableType().isArray() && !wanted.isObject() && !wanted.isUnion())
  )
    return false;
  const member = expression.getParentIfKind(SyntaxKind.PropertyAssignment);
  const isShort = member !== undefined && Node.isIdentifier(value) && member.getName() === value.getText();
  pass.replace(isShort ? member : expression, value.getText());
  return true;
}

export function rewriteParsed(pass: Pass, { node, code }: CompilerError): boolean {
  if (code !== 2345) return false;
  const call =
    node.getParentIfKind(SyntaxKind.CallExpression) ?? node.getFirstAncestorByKind(SyntaxKind.CallExpression);
  if (call?.getExpression().getText() !== 'JSON.parse' || call.getArguments()[0] !== node) return false;
  if (node.getType().getNonNullableType().isString()) return false;
  pass.replace(call, node.getText());
  return true;
}
