import {
  type CallExpression,
  Node,
  type ObjectLiteralExpression,
  type SourceFile,
  SyntaxKind,
} from 'ts-morph';
import { earlierModels, modelOfDelegate, modelOfTypeName } from '../earlier/schema.js';
import { packageOfClient, packageOfSymbol } from '../new-packages.js';

export interface PrismaCall {
  readonly call: CallExpression;
  readonly model: string;
  /** `findMany`, `update` and so on. */
  readonly operation: string;
}

const OPERATION = /^(?:find|create|update|upsert|delete|count|aggregate|groupBy)\w*$/;
const CLIENT_NAME = /(?:prisma|client|database|db|tx|transaction)$/i;

/** Calls such as `prisma.user.findMany()`, on whatever the client is called; in plain JavaScript by a client's usual names. */
export function prismaCalls(file: SourceFile): PrismaCall[] {
  return file.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
    const method = call.getExpression();
    if (!Node.isPropertyAccessExpression(method) || !OPERATION.test(method.getName())) return [];
    const delegate = method.getExpression();
    if (!Node.isPropertyAccessExpression(delegate)) return [];
    const model = modelOfDelegate(delegate.getName());
    if (model === undefined) return [];
    const client = delegate.getExpression();
    const type = client.getType();
    const isClient = type.isAny()
      ? CLIENT_NAME.test(client.getText())
      : packageOfClient(type, delegate.getName()) !== undefined;
    return isClient ? [{ call, model, operation: method.getName() }] : [];
  });
}

/** Where the names of columns stand, and what they mean there. */
export type ColumnsKind = 'where' | 'data' | 'select' | 'order';

export interface ColumnsOfModel {
  readonly model: string;
  readonly kind: ColumnsKind;
  readonly literal: ObjectLiteralExpression;
  /** `where` of the call itself, not of something within it. */
  readonly isOutermost: boolean;
}

const KIND_OF_ARGUMENT: Readonly<Record<string, ColumnsKind>> = {
  where: 'where',
  cursor: 'where',
  having: 'where',
  data: 'data',
  create: 'data',
  update: 'data',
  select: 'select',
  include: 'select',
  omit: 'select',
  _count: 'select',
  _min: 'select',
  _max: 'select',
  _avg: 'select',
  _sum: 'select',
  orderBy: 'order',
};
/** Inside columns: what holds columns of the same model. */
const COMBINED = new Set(['AND', 'OR', 'NOT', 'is', 'isNot', 'some', 'every', 'none']);
/** Inside a relation's value in `data`: its operations, each with arguments or columns. */
const NESTED_DATA = new Set(['create', 'connectOrCreate', 'update', 'upsert', 'createMany', 'updateMany']);
const NESTED_WHERE = new Set(['connect', 'disconnect', 'set', 'delete', 'deleteMany']);

/** Each object literal of a file whose members are columns of an earlier model. */
export function columnsIn(file: SourceFile): ColumnsOfModel[] {
  const found: ColumnsOfModel[] = [];
  for (const { call, model } of prismaCalls(file))
    for (const literal of literalsOf(call.getArguments()[0])) ofArguments(model, literal, found, true);
  const seen = new Set(found.map(({ literal }) => literal));
  for (const literal of file.getDescendantsOfKind(SyntaxKind.ObjectLiteralExpression)) {
    if (seen.has(literal)) continue;
    const type = literal.getContextualType();
    const symbol = type?.getAliasSymbol() ?? type?.getSymbol();
    const name = symbol?.getName();
    const model = name === undefined ? undefined : modelOfTypeName(name);
    if (name === undefined || model === undefined || packageOfSymbol(symbol) === undefined) continue;
    const more: ColumnsOfModel[] = [];
    if (/Args$/.test(name)) ofArguments(model, literal, more, true);
    else ofColumns(model, kindOfType(name), literal, more, false);
    for (const each of more)
      if (!seen.has(each.literal)) {
        seen.add(each.literal);
        found.push(each);
      }
  }
  return found;
}

function kindOfType(name: string): ColumnsKind {
  if (/Where/.test(name)) return 'where';
  if (/OrderBy/.test(name)) return 'order';
  return /Select|Include|Omit/.test(name) ? 'select' : 'data';
}

function ofArguments(
  model: string,
  literal: ObjectLiteralExpression,
  found: ColumnsOfModel[],
  isOutermost: boolean,
): void {
  for (const { name, value } of membersOf(literal)) {
    const kind = KIND_OF_ARGUMENT[name];
    if (kind === undefined) continue;
    for (const each of literalsOf(value)) ofColumns(model, kind, each, found, isOutermost);
  }
}

function ofColumns(
  model: string,
  kind: ColumnsKind,
  literal: ObjectLiteralExpression,
  found: ColumnsOfModel[],
  isOutermost: boolean,
): void {
  found.push({ model, kind, literal, isOutermost });
  for (const { name, value } of membersOf(literal)) {
    const related = earlierModels[model]?.relations[name];
    for (const each of literalsOf(value))
      if (related !== undefined) ofRelation(related, kind, each, found);
      else if (COMBINED.has(name)) ofColumns(model, kind, each, found, false);
      // The columns of a compound key.
      else if (name.includes('_') && kind === 'where') ofColumns(model, kind, each, found, false);
  }
}

function ofRelation(
  model: string,
  kind: ColumnsKind,
  literal: ObjectLiteralExpression,
  found: ColumnsOfModel[],
): void {
  if (kind === 'select') ofArguments(model, literal, found, false);
  else if (kind === 'data') ofOperations(model, literal, found);
  else ofColumns(model, kind, literal, found, false);
}

function ofOperations(model: string, literal: ObjectLiteralExpression, found: ColumnsOfModel[]): void {
  for (const { name, value } of membersOf(literal))
    for (const each of literalsOf(value))
      if (NESTED_WHERE.has(name)) ofColumns(model, 'where', each, found, false);
      else if (NESTED_DATA.has(name)) {
        const hasArguments = membersOf(each).some((member) =>
          ['where', 'data', 'create', 'update'].includes(member.name),
        );
        if (hasArguments) ofArguments(model, each, found, false);
        else ofColumns(model, 'data', each, found, false);
      }
}

function membersOf(literal: ObjectLiteralExpression): { name: string; value: Node | undefined }[] {
  return literal.getProperties().flatMap((property) => {
    if (Node.isPropertyAssignment(property))
      return [{ name: nameOf(property), value: property.getInitializer() }];
    return Node.isShorthandPropertyAssignment(property)
      ? [{ name: property.getName(), value: undefined }]
      : [];
  });
}

/** Without the quotes that a name may have. */
export function nameOf(property: { getName(): string }): string {
  return property.getName().replace(/^(['"])(.*)\1$/, '$2');
}

/** The object literals that an expression may give: behind conditions, spreads, casts, in arrays and in `map`. */
function literalsOf(node: Node | undefined): ObjectLiteralExpression[] {
  if (node === undefined) return [];
  if (Node.isObjectLiteralExpression(node)) {
    const spread = node
      .getProperties()
      .flatMap((each) => (Node.isSpreadAssignment(each) ? literalsOf(each.getExpression()) : []));
    return [node, ...spread];
  }
  if (Node.isArrayLiteralExpression(node)) return node.getElements().flatMap(literalsOf);
  if (Node.isConditionalExpression(node))
    return [...literalsOf(node.getWhenTrue()), ...literalsOf(node.getWhenFalse())];
  if (Node.isBinaryExpression(node)) return literalsOf(node.getRight());
  if (Node.isParenthesizedExpression(node) || Node.isAsExpression(node) || Node.isSatisfiesExpression(node))
    return literalsOf(node.getExpression());
  if (Node.isCallExpression(node) && /\.map$/.test(node.getExpression().getText())) {
    const [callback] = node.getArguments();
    if (Node.isArrowFunction(callback)) return literalsOf(callback.getBody());
  }
  return [];
}
