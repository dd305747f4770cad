import {
  Node,
  type ObjectLiteralElementLike,
  type PropertyAssignment,
  type ShorthandPropertyAssignment,
  type SourceFile,
  SyntaxKind,
  type Type,
} from 'ts-morph';
import { type ColumnChange, changedColumns, changeOf } from '../earlier/changed-columns.js';
import { softDeleted } from '../earlier/schema.js';
import { packageOfSymbol } from '../new-packages.js';
import type { Pass } from '../pass.js';
import { type ColumnsOfModel, columnsIn, nameOf } from './prisma-calls.js';

const changedNames = new Set(Object.values(changedColumns).flatMap((columns) => Object.keys(columns)));

/** Columns that have another name, in what is given to Prisma and in what it gave. */
export function rewriteColumns(pass: Pass, file: SourceFile): void {
  for (const columns of columnsIn(file)) {
    for (const property of columns.literal.getProperties()) rewriteMember(pass, columns, property);
    dropLiveCondition(pass, columns);
  }
  rewriteReads(pass, file);
}

function rewriteMember(pass: Pass, columns: ColumnsOfModel, property: ObjectLiteralElementLike): void {
  if (!Node.isPropertyAssignment(property) && !Node.isShorthandPropertyAssignment(property)) return;
  const change = changeOf(columns.model, nameOf(property));
  if (change === undefined) return;
  const { literal } = columns;
  // `isRead: true, readAt: new Date()`: the time says both.
  if (literal.getProperty(change.to) !== undefined) {
    if (change.kind === 'time' && columns.kind !== 'where') remove(pass, property);
    return;
  }
  const twin = literal
    .getProperties()
    .find(
      (each) =>
        each !== property && 'getName' in each && changeOf(columns.model, nameOf(each))?.to === change.to,
    );
  if (twin !== undefined && change.kind === 'time') remove(pass, property);
  else rename(pass, columns, property, change);
}

function rename(
  pass: Pass,
  columns: ColumnsOfModel,
  property: PropertyAssignment | ShorthandPropertyAssignment,
  change: ColumnChange,
): void {
  const initializer = Node.isPropertyAssignment(property)
    ? property.getInitializerOrThrow()
    : property.getNameNode();
  const value = newValueOf(columns, change, initializer.getText());
  if (value === undefined) return;
  if (Node.isPropertyAssignment(property)) {
    pass.replace(property.getNameNode(), change.to);
    if (value !== initializer.getText()) pass.replace(initializer, value);
  } else pass.replace(property, `${change.to}: ${value}`);
}

/** `undefined` where it cannot be told. */
function newValueOf({ kind }: ColumnsOfModel, change: ColumnChange, value: string): string | undefined {
  if (change.kind === 'renamed' || kind === 'select') return value;
  // FALSE sorts before TRUE, and NULL behind every time: a person says what the order is for.
  if (kind === 'order') return undefined;
  if (kind === 'where') {
    if (value === 'true') return '{ not: null }';
    if (value === 'false') return 'null';
    return /^[\w.]+$/.test(value) ? `${value} ? { not: null } : null` : undefined;
  }
  if (value === 'true') return 'new Date()';
  if (value === 'false') return 'null';
  return /^[\w.]+$/.test(value) ? `${value} ? new Date() : null` : undefined;
}

/** Live rows are what reads give; a condition that stands elsewhere than in the `where` of the call stays. */
function dropLiveCondition(pass: Pass, { model, kind, literal, isOutermost }: ColumnsOfModel): void {
  if (kind !== 'where' || !isOutermost || !softDeleted.has(model)) return;
  const condition = literal.getProperty('deletedAt');
  if (!Node.isPropertyAssignment(condition)) return;
  if (condition.getInitializer()?.getKind() === SyntaxKind.NullKeyword) remove(pass, condition);
}

/** The member, its comma and the blanks before it. Comments stay, for nobody knows what they are about. */
function remove(pass: Pass, property: ObjectLiteralElementLike): void {
  const file = property.getSourceFile();
  const text = file.getFullText();
  const [before] = /\s*$/.exec(text.slice(0, property.getStart())) ?? [''];
  const [after] = /^[ \t]*,/.exec(text.slice(property.getEnd())) ?? [''];
  const start = property.getStart() - before.length;
  const end = property.getEnd() + after.length;
  const precedes = text.charAt(start - 1);
  // The last one, written without a comma: the one before it has lost its reason.
  if (after === '' && precedes === ',') pass.edit(file, { start: start - 1, end, text: '' });
  else if (precedes === '{' && !before.includes('\n')) {
    const [blanks] = /^[ \t]*/.exec(text.slice(end)) ?? [''];
    const isEmpty = text.charAt(end + blanks.length) === '}';
    pass.edit(file, { start: isEmpty ? start : property.getStart(), end: end + blanks.length, text: '' });
  } else pass.edit(file, { start, end, text: '' });
}

/** `row.userName`, `const { userName } = row`, where the row is one that the packages give. */
function rewriteReads(pass: Pass, file: SourceFile): void {
  for (const access of file.getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)) {
    if (!changedNames.has(access.getName())) continue;
    if (access.getExpression().getType().getProperty(access.getName()) !== undefined) continue;
    const change = changeInRow(access.getExpression().getType(), access.getName());
    if (change === undefined) continue;
    const parent = access.getParent();
    const isWritten = Node.isBinaryExpression(parent) && parent.getLeft() === access;
    if (change.kind === 'renamed') pass.replace(access.getNameNode(), change.to);
    else if (!isWritten) {
      const read = access.getText().slice(0, access.getNameNode().getStart() - access.getStart()) + change.to;
      const isOptional = access.hasQuestionDotToken();
      const comparison = `${read} ${isOptional ? '!=' : '!=='} null`;
      pass.replace(access, standsAlone(access) ? comparison : `(${comparison})`);
    }
  }
  for (const element of file.getDescendantsOfKind(SyntaxKind.BindingElement)) {
    const pattern = element.getParent();
    if (!Node.isObjectBindingPattern(pattern)) continue;
    const name = element.getPropertyNameNode()?.getText() ?? element.getName();
    if (!changedNames.has(name)) continue;
    const type = pattern.getType();
    const row = Node.isVariableDeclaration(pattern.getParent())
      ? pattern.getParentIfKindOrThrow(SyntaxKind.VariableDeclaration).getInitializer()?.getType()
      : Node.isParameterDeclaration(pattern.getParent())
        ? type
        : undefined;
    if (row === undefined || row.getProperty(name) !== undefined) continue;
    const change = changeInRow(row, name);
    if (change?.kind !== 'renamed') continue;
    const property = element.getPropertyNameNode();
    if (property === undefined) pass.replace(element.getNameNode(), `${change.to}: ${name}`);
    else pass.replace(property, change.to);
  }
}

/** `!row.isRead` binds closer than a comparison; nothing else of these does. */
function standsAlone(access: Node): boolean {
  const parent = access.getParent();
  return (
    Node.isPropertyAssignment(parent) ||
    Node.isVariableDeclaration(parent) ||
    Node.isReturnStatement(parent) ||
    Node.isArrowFunction(parent) ||
    Node.isIfStatement(parent) ||
    Node.isParenthesizedExpression(parent) ||
    Node.isCallExpression(parent)
  );
}

/** The only model that had the column and has all that the row has. */
function changeInRow(type: Type, column: string): ColumnChange | undefined {
  const row = type.getNonNullableType();
  const changes = Object.values(changedColumns).flatMap((columns) => {
    const change = columns[column];
    const now = change === undefined ? undefined : row.getProperty(change.to);
    // What Prisma computes from a `select` is declared nowhere.
    const isTheirs = now?.getDeclarations().length === 0 || packageOfSymbol(now) !== undefined;
    return change !== undefined && now !== undefined && isTheirs ? [change] : [];
  });
  const [first] = changes;
  return first !== undefined && changes.every(({ kind, to }) => kind === first.kind && to === first.to)
    ? first
    : undefined;
}
