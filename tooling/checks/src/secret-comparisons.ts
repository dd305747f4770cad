import ts from 'typescript';

/** Comparisons that end at the first difference: the time that they take tells how much of a guess was right. */
export function secretComparisonsIn(path: string, text: string): string[] {
  if (!SECRET_WORD.test(text)) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (comparedBy(node).some(isSecret)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${path}:${line + 1}: ${node.getText().replaceAll(/\s+/g, ' ')}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const SECRET_WORD = /hash|hmac|digest|token|secret|password|signature|otp/i;
const SECRET_NAME = new RegExp(`(?:^|[a-z_])(?:${SECRET_WORD.source})(?:es|s)?$`, 'i');
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const COMPARING = new Set([
  'compare',
  'deepEqual',
  'endsWith',
  'equals',
  'includes',
  'indexOf',
  'is',
  'isDeepStrictEqual',
  'localeCompare',
  'startsWith',
]);

/** What a node compares with each other; nothing when it is no comparison, or one with what everybody knows. */
function comparedBy(node: ts.Node): ts.Expression[] {
  if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) {
    const operands = [node.left, node.right];
    return operands.some(isWellKnown) ? [] : operands;
  }
  if (!ts.isCallExpression(node) || !COMPARING.has(nameOf(node.expression) ?? '')) return [];
  const receiver = ts.isPropertyAccessExpression(node.expression) ? [node.expression.expression] : [];
  return node.arguments.every(isWellKnown) ? [] : [...receiver, ...node.arguments];
}

function isWellKnown(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    ts.isTypeOfExpression(node) ||
    [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind) ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

/** `tokenHash`, `accessToken`, `row.secret`, also as `tokenHash(token)` and `hash.toString('hex')`. */
function isSecret(node: ts.Expression): boolean {
  if (SECRET_NAME.test(nameOf(node) ?? '')) return true;
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    return (
      isSecret(expression) || (ts.isPropertyAccessExpression(expression) && isSecret(expression.expression))
    );
  }
  return isWrapped(node) && isSecret(node.expression);
}

function isWrapped(node: ts.Node): node is ts.Node & { readonly expression: ts.Expression } {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isAwaitExpression(node)
  );
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return undefined;
}
