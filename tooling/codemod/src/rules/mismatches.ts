import { type Expression, Node, type Type } from 'ts-morph';
import type { CompilerError } from '../compiler-errors.js';

/** An expression whose type does not fit where it stands. */
export interface Mismatch {
  readonly expression: Expression;
  readonly wanted: Type;
}

/** Errors that say that a type does not fit: an assignment, an argument, no overload, a literal that is no member. */
const UNFIT = new Set([2322, 2345, 2769, 2820, 2352, 2411, 2416, 2740, 2741, 2739]);

export function isUnfit({ code }: CompilerError): boolean {
  return UNFIT.has(code);
}

/**
 * The innermost expressions that an error is about. The compiler points at the member, the argument or the statement; what stands
 * within it is compared with the type that its place wants.
 */
export function mismatchesOf(error: CompilerError): Mismatch[] {
  const statement = error.node.getFirstAncestor(
    (each) =>
      (Node.isStatement(each) && !Node.isBlock(each)) ||
      Node.isPropertyDeclaration(each) ||
      Node.isParameterDeclaration(each),
  );
  const region = regionOf(error.node);
  const [begin, end] = [region.getStart(), region.getEnd()];
  const found: Mismatch[] = [];
  const outer = statement ?? error.node;
  outer.forEachDescendant((node) => {
    if (!isPlace(node)) return;
    // Within what the error names, or the value of the member that it names.
    const owner = node.getParent();
    const isNamed = owner !== undefined && owner.getStart() <= begin && owner.getEnd() >= end;
    const isInside = node.getStart() >= begin && node.getEnd() <= end;
    if (!isNamed && !isInside) return;
    const mismatch = mismatchOf(node);
    if (mismatch !== undefined) found.push(mismatch);
  });
  // The innermost: an object does not fit because its member does not.
  return found.filter(
    ({ expression }) =>
      !found.some((other) => other.expression !== expression && contains(expression, other.expression)),
  );
}

/** Where the compiler points at the name of a member or variable, its value is meant. */
function regionOf(node: Node): Node {
  const parent = node.getParent();
  const isName =
    (Node.isPropertyAssignment(parent) || Node.isVariableDeclaration(parent)) &&
    parent.getNameNode() === node;
  return isName ? parent : node;
}

function mismatchOf(expression: Expression): Mismatch | undefined {
  const wanted = wantedBy(expression);
  if (wanted === undefined || wanted.isAny() || wanted.isUnknown()) return undefined;
  return isAssignable(expression, typeOf(expression), wanted) ? undefined : { expression, wanted };
}

/** The value's own type; a member that is written short has the type of its variable. */
export function typeOf(expression: Expression): Type {
  const parent = expression.getParent();
  if (!Node.isShorthandPropertyAssignment(parent)) return expression.getType();
  const symbol = parent.getValueSymbol();
  return symbol === undefined ? expression.getType() : symbol.getTypeAtLocation(expression);
}

function wantedBy(expression: Expression): Type | undefined {
  const parent = expression.getParent();
  if (Node.isShorthandPropertyAssignment(parent)) {
    const literal = parent.getParent();
    if (!Node.isObjectLiteralExpression(literal)) return undefined;
    const property = literal
      .getContextualType()
      ?.getNonNullableType()
      .getApparentType()
      .getProperty(parent.getName());
    return property?.getTypeAtLocation(parent);
  }
  if (
    Node.isBinaryExpression(parent) &&
    parent.getOperatorToken().getText() === '=' &&
    parent.getRight() === expression
  )
    return parent.getLeft().getType();
  return expression.getContextualType();
}

function isAssignable(at: Node, given: Type, wanted: Type): boolean {
  return at
    .getProject()
    .getTypeChecker()
    .compilerObject.isTypeAssignableTo(given.compilerType, wanted.compilerType);
}

function isPlace(node: Node): node is Expression {
  if (!Node.isExpression(node) || Node.isSpreadElement(node)) return false;
  const parent = node.getParent();
  // What is spread is a list, in which each member has a place; a name is no value of its own.
  if (Node.isSpreadElement(parent)) return false;
  return !(Node.isPropertyAssignment(parent) && parent.getNameNode() === node);
}

function contains(outer: Node, inner: Node): boolean {
  return outer.getStart() <= inner.getStart() && outer.getEnd() >= inner.getEnd();
}
