import { Node, type SourceFile, SyntaxKind, type Type } from 'ts-morph';
import type { CompilerError } from '../compiler-errors.js';
import { packageOfSymbol } from '../new-packages.js';
import type { Pass } from '../pass.js';
import type { Mismatch } from './mismatches.js';

/** Members that are called otherwise now. */
const RENAMED: Readonly<Record<string, string>> = { USER: 'STUDENT' };

/** `UserRole.USER`, by whatever name the enum was imported. */
export function rewriteMember(pass: Pass, { node, code }: CompilerError): boolean {
  if (code !== 2339 && code !== 2694) return false;
  const now = RENAMED[node.getText()];
  const parent = node.getParent();
  if (now === undefined) return false;
  if (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node) {
    const members = parent.getExpression().getType();
    if (packageOfSymbol(members.getProperty(now)) === undefined) return false;
    pass.replace(node, now);
    return true;
  }
  return false;
}

/** The texts that a type consists of. */
export function membersOf(type: Type): string[] {
  const types = type.isUnion() ? type.getUnionTypes() : [type];
  return types.flatMap((each) => {
    const text = each.getLiteralValue();
    return typeof text === 'string' ? [text] : [];
  });
}

/** `'high'` for a member HIGH, `'USER'` for STUDENT; a reason where the text is none of the members. */
export function rewriteLiteral(pass: Pass, { expression, wanted }: Mismatch): string | undefined | false {
  const inner = Node.isAsExpression(expression) ? expression.getExpression() : expression;
  if (!Node.isStringLiteral(inner)) return false;
  const members = membersOf(wanted);
  if (members.length === 0) return false;
  const now = memberFor(inner.getLiteralValue(), members);
  if (now === undefined) return `'${inner.getLiteralValue()}' is none of ${members.join(', ')}`;
  replaceText(pass, inner, now);
  return undefined;
}

/** `user.role === 'USER'`, and `case 'USER':`: they compile to what is never true, which the compiler notices. */
export function rewriteComparison(pass: Pass, { node, code }: CompilerError): boolean {
  if (code !== 2367 && code !== 2678) return false;
  const comparison = Node.isBinaryExpression(node)
    ? node
    : (node.getParentIfKind(SyntaxKind.BinaryExpression) ?? node);
  const pairs: [Node, Node][] = Node.isBinaryExpression(comparison)
    ? [
        [comparison.getLeft(), comparison.getRight()],
        [comparison.getRight(), comparison.getLeft()],
      ]
    : [];
  const clause = node.getFirstAncestorByKind(SyntaxKind.CaseClause);
  const subject = clause?.getFirstAncestorByKind(SyntaxKind.SwitchStatement)?.getExpression();
  if (clause !== undefined && subject !== undefined) pairs.push([clause.getExpression(), subject]);
  for (const [literal, other] of pairs) {
    if (!Node.isStringLiteral(literal)) continue;
    const now = memberFor(literal.getLiteralValue(), membersOf(other.getType().getNonNullableType()));
    if (now === undefined) continue;
    replaceText(pass, literal, now);
    return true;
  }
  return false;
}

function memberFor(text: string, members: readonly string[]): string | undefined {
  const spellings = [
    text,
    RENAMED[text] ?? '',
    text.toUpperCase(),
    text.toUpperCase().replaceAll(/[\s-]+/g, '_'),
  ];
  return spellings.find((each) => members.includes(each));
}

function replaceText(pass: Pass, literal: Node, text: string): void {
  const quote = literal.getText().charAt(0);
  pass.replace(literal, quote + text + quote);
}

/** In JavaScript no error tells: the name of the enum does. */
export function rewriteMembersOfScript(pass: Pass, file: SourceFile): void {
  for (const access of file.getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)) {
    const now = RENAMED[access.getName()];
    if (now === undefined) continue;
    const members = access.getExpression().getType();
    if (
      members.getProperty(access.getName()) === undefined &&
      packageOfSymbol(members.getProperty(now)) !== undefined
    )
      pass.replace(access.getNameNode(), now);
  }
}
