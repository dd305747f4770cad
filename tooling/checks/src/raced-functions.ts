import ts from 'typescript';
import { visit } from './source-code.js';

/**
 * Names that are called within `race(…)` in tests whose title says how many rounds, also by way of helpers in the same
 * file. What prepares a race or looks at its outcome stands outside the parentheses and does not count.
 */
export function racedFunctions(source: ts.SourceFile): Set<string> {
  const declared = declarationsIn(source);
  const raced = new Set<string>();
  const follow = (node: ts.Node): void => {
    for (const name of calledIn(node)) {
      if (raced.has(name)) continue;
      raced.add(name);
      for (const declaration of declared.get(name) ?? []) follow(declaration);
    }
  };
  visit(source, (node) => {
    if (!isCallOf(node, 'race') || !isInRounds(node)) return;
    for (const argument of node.arguments) follow(argument);
  });
  return raced;
}

/** Functions and values of a file, properties among them, by their names. */
function declarationsIn(source: ts.SourceFile): Map<string, ts.Node[]> {
  const found = new Map<string, ts.Node[]>();
  const add = (name: string, node: ts.Node | undefined) => {
    if (node !== undefined) found.set(name, [...(found.get(name) ?? []), node]);
  };
  visit(source, (node) => {
    if (ts.isFunctionDeclaration(node) && node.name) add(node.name.text, node.body);
    if ((ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node)) && ts.isIdentifier(node.name)) {
      add(node.name.text, ts.isPropertyAssignment(node) ? node.initializer : node.body);
    }
    if (!ts.isVariableDeclaration(node)) return;
    if (ts.isIdentifier(node.name)) add(node.name.text, node.initializer);
    else for (const element of node.name.elements) add(element.getText(), node.initializer);
  });
  return found;
}

/** `f(…)`, `of.f(…)` with what `of` is, and a function that is passed on as it is. */
function calledIn(node: ts.Node): string[] {
  const names: string[] = ts.isIdentifier(node) ? [node.text] : [];
  visit(node, (inner) => {
    if (!ts.isCallExpression(inner)) return;
    const { expression } = inner;
    if (ts.isIdentifier(expression)) names.push(expression.text);
    if (!ts.isPropertyAccessExpression(expression)) return;
    names.push(expression.name.text, rootOf(expression).getText());
  });
  return names;
}

/** `a` of `(a[0] as B).c`. */
function rootOf(expression: ts.Expression): ts.Expression {
  return ts.isPropertyAccessExpression(expression) ||
    ts.isElementAccessExpression(expression) ||
    ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression)
    ? rootOf(expression.expression)
    : expression;
}

function isInRounds(node: ts.Node): boolean {
  for (let around: ts.Node | undefined = node; around; around = around.parent) {
    if (!ts.isCallExpression(around)) continue;
    const [title] = around.arguments;
    if (/^(?:test|it|describe)\b/.test(around.expression.getText()) && /rounds/i.test(title?.getText() ?? ''))
      return true;
  }
  return false;
}

function isCallOf(node: ts.Node, name: string): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === name;
}
