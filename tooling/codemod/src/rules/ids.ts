import {
  type Expression,
  Node,
  type ParameterDeclaration,
  type PropertyDeclaration,
  type PropertySignature,
  type SourceFile,
  SyntaxKind,
  type Type,
  type TypeNode,
  type VariableDeclaration,
} from 'ts-morph';
import { TYPES_PACKAGE } from '../earlier/schema.js';
import type { Pass } from '../pass.js';
import { type Mismatch, typeOf } from './mismatches.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The name of the id that a type wants, `UserId` say; nothing if it takes no id, or several kinds. */
export function idWanted(type: Type): string | undefined {
  const names = new Set(idsIn(type));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

function idsIn(type: Type): string[] {
  if (type.isUnion()) return type.getUnionTypes().flatMap(idsIn);
  const element = type.getArrayElementType();
  if (element !== undefined) return idsIn(element);
  // A filter holds ids as well; what can be a text is the id itself.
  if (type.getApparentProperty('charAt') === undefined) return [];
  const brand = type.getProperty('__idOf');
  const [declaration] = brand?.getDeclarations() ?? [];
  const entity =
    declaration === undefined ? undefined : brand?.getTypeAtLocation(declaration).getLiteralValue();
  const name = typeof entity === 'string' ? entity : brandIn(type);
  return name === undefined ? [] : [`${name}Id`];
}

/** The brand as it is written in the type, where it is a parameter of Id<…>. */
function brandIn(type: Type): string | undefined {
  return (
    /__idOf: "(\w+)"/.exec(type.getText())?.[1] ?? /\bId<"(\w+)">/.exec(type.getText())?.[1] ?? namedId(type)
  );
}

function namedId(type: Type): string | undefined {
  if (type.getProperty('__idOf') === undefined) return undefined;
  return /(\w+)Id$/.exec(type.getAliasSymbol()?.getName() ?? '')?.[1];
}

/**
 * A text where an id is wanted. Declarations of the service that say `string` come to say what they hold, so that the compiler asks
 * their callers next; what comes from outside is parsed where it comes in. A reason tells why neither was done.
 */
export function rewriteId(pass: Pass, { expression, wanted }: Mismatch): string | undefined | false {
  const id = idWanted(wanted);
  if (id === undefined || !pass.packages.isExportedBy(TYPES_PACKAGE, id)) return false;
  const given = typeOf(expression);
  const isList = given.getNonNullableType().getArrayElementType()?.isString() === true;
  if (!isList && !isText(given)) return false;
  return toId(pass, { expression, wanted }, id, isList, 0);
}

function isText(type: Type): boolean {
  const members = type.isUnion() ? type.getUnionTypes() : [type];
  const texts = members.filter((each) => !each.isNull() && !each.isUndefined());
  return (
    texts.length > 0 &&
    texts.every((each) => each.isString() || each.isStringLiteral() || each.isTemplateLiteral())
  );
}

function toId(
  pass: Pass,
  { expression, wanted }: Mismatch,
  id: string,
  isList: boolean,
  depth: number,
): string | undefined {
  const inner = unwrapped(expression);
  const text =
    Node.isStringLiteral(inner) || Node.isNoSubstitutionTemplateLiteral(inner)
      ? inner.getLiteralValue()
      : undefined;
  if (text !== undefined && !UUID.test(text))
    return `'${text}' is no UUID: the database refuses it. Take a UUID, and \`parse${id}\` where it comes in`;
  const declaration = declarationOf(inner);
  if (declaration !== undefined && depth < 8) {
    if (retype(pass, declaration, id)) return undefined;
    if (
      Node.isVariableDeclaration(declaration) &&
      declaration.getTypeNode() === undefined &&
      declaration.getVariableStatement()?.getDeclarationKind() === 'const' &&
      declaration.getSourceFile() === expression.getSourceFile()
    ) {
      const initializer = declaration.getInitializer();
      const value = Node.isAwaitExpression(initializer) ? undefined : initializer;
      if (value !== undefined && isText(value.getType()))
        return toId(pass, { expression: value, wanted }, id, isList, depth + 1);
    }
  }
  return parse(pass, { expression, wanted }, id, isList);
}

function unwrapped(expression: Expression): Expression {
  if (Node.isParenthesizedExpression(expression) || Node.isNonNullExpression(expression))
    return unwrapped(expression.getExpression());
  return expression;
}

type Retyped = ParameterDeclaration | PropertyDeclaration | PropertySignature | VariableDeclaration;

/** Where the service itself says what the expression is. */
function declarationOf(expression: Expression): Retyped | undefined {
  const parent = expression.getParent();
  const symbol = Node.isShorthandPropertyAssignment(parent)
    ? parent.getValueSymbol()
    : Node.isPropertyAccessExpression(expression)
      ? expression.getNameNode().getSymbol()
      : Node.isIdentifier(expression)
        ? expression.getSymbol()
        : undefined;
  const [declaration, ...others] = symbol?.getDeclarations() ?? [];
  if (declaration === undefined || others.length > 0) return undefined;
  if (
    !Node.isParameterDeclaration(declaration) &&
    !Node.isPropertyDeclaration(declaration) &&
    !Node.isPropertySignature(declaration) &&
    !Node.isVariableDeclaration(declaration)
  )
    return undefined;
  const file = declaration.getSourceFile();
  return file.isDeclarationFile() || file.isInNodeModules() || isJavaScript(file) ? undefined : declaration;
}

export function isJavaScript(file: SourceFile): boolean {
  return /\.[cm]?jsx?$/.test(file.getFilePath());
}

/** `string` becomes the id, where a declaration says so in so many words. */
function retype(pass: Pass, declaration: Retyped, id: string): boolean {
  const word = stringIn(declaration.getTypeNode());
  // A decorator reads the type at run time: a validator or a converter would see an object in place of a text.
  if (word === undefined || isDecorated(declaration)) return false;
  for (const each of [declaration, ...counterparts(declaration)]) {
    const node = stringIn(each.getTypeNode());
    if (node === undefined || isDecorated(each)) continue;
    pass.replace(
      node,
      pass.importName(each.getSourceFile(), { name: id, from: TYPES_PACKAGE, isType: true }),
    );
  }
  return true;
}

/** The word in `string`, `string | null`, `string[]`. */
function stringIn(node: TypeNode | undefined): Node | undefined {
  if (node === undefined) return undefined;
  if (node.getKind() === SyntaxKind.StringKeyword) return node;
  if (Node.isParenthesizedTypeNode(node)) return stringIn(node.getTypeNode());
  if (Node.isArrayTypeNode(node)) return stringIn(node.getElementTypeNode());
  if (Node.isTypeOperatorTypeNode(node)) return stringIn(node.getTypeNode());
  if (!Node.isUnionTypeNode(node)) return undefined;
  const words = node.getTypeNodes().map(stringIn);
  const rest = node.getTypeNodes().filter((_, at) => words[at] === undefined);
  const isOnlyEmpty = rest.every((each) => /^(?:null|undefined)$/.test(each.getText()));
  const found = words.filter((each) => each !== undefined);
  return isOnlyEmpty && found.length === 1 ? found[0] : undefined;
}

function isDecorated(declaration: Retyped): boolean {
  return 'getDecorators' in declaration && declaration.getDecorators().length > 0;
}

/** The parameter or property of the same name in what the class implements or extends: otherwise they would say different things. */
function counterparts(declaration: Retyped): Retyped[] {
  const isParameter = Node.isParameterDeclaration(declaration);
  const member = isParameter ? declaration.getParent() : declaration;
  if (!Node.isMethodDeclaration(member) && !Node.isPropertyDeclaration(member)) return [];
  const owner = member.getParent();
  if (!Node.isClassDeclaration(owner)) return [];
  const at = isParameter ? declaration.getChildIndex() : -1;
  const position = Node.isMethodDeclaration(member)
    ? member.getParameters().findIndex((each) => each.getChildIndex() === at)
    : -1;
  const parents = [
    ...owner.getImplements(),
    ...(owner.getExtends() === undefined ? [] : [owner.getExtendsOrThrow()]),
  ];
  return parents.flatMap((each) =>
    (each.getType().getProperty(member.getName())?.getDeclarations() ?? []).flatMap((found): Retyped[] => {
      if (found.getSourceFile().isInNodeModules() || found.getSourceFile().isDeclarationFile()) return [];
      if (Node.isMethodSignature(found) || Node.isMethodDeclaration(found)) {
        const parameter = found.getParameters()[position];
        return parameter === undefined ? [] : [parameter];
      }
      return Node.isPropertySignature(found) || Node.isPropertyDeclaration(found) ? [found] : [];
    }),
  );
}

/** `parseUserId(…)`, at the place where the text comes in. */
function parse(
  pass: Pass,
  { expression, wanted }: Mismatch,
  id: string,
  isList: boolean,
): string | undefined {
  const file = expression.getSourceFile();
  const text = expression.getText();
  const type = typeOf(expression);
  const isNullable = type.isNullable();
  if (isNullable && !/^(?:this\.)?[\w$.?]+$/.test(text))
    return `a \`${id}\` is wanted, and this may be null or undefined: parse it with \`parse${id}\` where it is there`;
  const as = pass.importName(file, { name: `parse${id}`, from: TYPES_PACKAGE, isType: false });
  const call = isList ? `${text}.map((id) => ${as}(id))` : `${as}(${text})`;
  const value = isNullable ? `${text} == null ? ${emptyFor(wanted, text)} : ${call}` : call;
  const parent = expression.getParent();
  if (Node.isShorthandPropertyAssignment(parent)) pass.replace(parent, `${parent.getName()}: ${value}`);
  else {
    const isAlone =
      Node.isPropertyAssignment(parent) ||
      Node.isVariableDeclaration(parent) ||
      Node.isReturnStatement(parent) ||
      (Node.isCallExpression(parent) && parent.getArguments().includes(expression)) ||
      Node.isArrowFunction(parent);
    pass.replace(expression, isNullable && !isAlone ? `(${value})` : value);
  }
  return undefined;
}

/** What there is instead of an id, in the place's own way. */
function emptyFor(wanted: Type, text: string): string {
  const members = wanted.isUnion() ? wanted.getUnionTypes() : [wanted];
  const [allowsNull, allowsUndefined] = [
    members.some((each) => each.isNull()),
    members.some((each) => each.isUndefined()),
  ];
  return allowsNull === allowsUndefined ? text : allowsNull ? 'null' : 'undefined';
}
