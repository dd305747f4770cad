import { Node, type SourceFile, SyntaxKind, type TypeNode } from 'ts-morph';
import { packageOfClient, packageOfSymbol } from '../new-packages.js';
import type { Pass } from '../pass.js';
import { isJavaScript } from './ids.js';

/** What a client is made with, how it connects, and the types of what a transaction is given. */
export function rewriteClients(pass: Pass, file: SourceFile): void {
  rewriteConnects(pass, file);
  rewriteOptions(pass, file);
  if (!isJavaScript(file)) rewriteTransactionTypes(pass, file);
}

/** `$connect()` resolves where no server is; `connect()` asks. */
function rewriteConnects(pass: Pass, file: SourceFile): void {
  for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    const method = call.getExpression();
    if (!Node.isPropertyAccessExpression(method) || method.getName() !== '$connect') continue;
    const client = method.getExpression();
    const from = packageOfSymbol(client.getType().getApparentProperty('$connect')) ?? ownPackage(client);
    if (from === undefined || method.hasQuestionDotToken()) continue;
    const connect = pass.importName(file, { name: 'connect', from, isType: false });
    pass.replace(call, `${connect}(${client.getText()})`);
  }
}

/** Where `$connect` is declared by Prisma's own package, the tables tell. */
function ownPackage(client: Node): string | undefined {
  const type = client.getType();
  const delegate = type.getApparentProperties().find((each) => packageOfSymbol(each) !== undefined);
  return delegate === undefined ? undefined : packageOfClient(type, delegate.getName());
}

/** `datasources: { db: { url } }` and `datasourceUrl` are `url` now. */
function rewriteOptions(pass: Pass, file: SourceFile): void {
  for (const made of file.getDescendantsOfKind(SyntaxKind.NewExpression)) {
    const [options] = made.getArguments();
    if (!Node.isObjectLiteralExpression(options)) continue;
    if (packageOfSymbol(made.getExpression().getSymbol()?.getAliasedSymbol()) === undefined) continue;
    const url = options.getProperty('datasourceUrl');
    if (Node.isPropertyAssignment(url)) pass.replace(url.getNameNode(), 'url');
    const sources = options.getProperty('datasources');
    const database = Node.isPropertyAssignment(sources)
      ? memberOf(sources.getInitializer(), 'db')
      : undefined;
    const value = memberOf(database, 'url');
    if (sources !== undefined && value !== undefined) pass.replace(sources, `url: ${value.getText()}`);
  }
}

function memberOf(node: Node | undefined, name: string): Node | undefined {
  if (!Node.isObjectLiteralExpression(node)) return undefined;
  const member = node.getProperty(name);
  if (Node.isShorthandPropertyAssignment(member)) return member.getNameNode();
  return Node.isPropertyAssignment(member) ? member.getInitializer() : undefined;
}

/** `tx: PrismaClient` in a transaction's callback, and `Omit<PrismaClient, '$transaction' …>`. */
function rewriteTransactionTypes(pass: Pass, file: SourceFile): void {
  for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
    const method = call.getExpression();
    const [callback] = call.getArguments();
    if (!Node.isPropertyAccessExpression(method) || method.getName() !== '$transaction') continue;
    if (!Node.isArrowFunction(callback) && !Node.isFunctionExpression(callback)) continue;
    const type = callback.getParameters()[0]?.getTypeNode();
    if (type !== undefined && isWholeClient(type)) toTransaction(pass, type);
  }
  for (const type of file.getDescendantsOfKind(SyntaxKind.TypeReference)) {
    const [client, without] = type.getTypeArguments();
    if (type.getTypeName().getText() !== 'Omit' || client === undefined) continue;
    if (isWholeClient(client) && without?.getText().includes('$transaction'))
      toTransaction(pass, type, client);
  }
}

function isWholeClient(type: TypeNode): boolean {
  return Node.isTypeReference(type) && clientPackage(type) !== undefined;
}

function clientPackage(type: TypeNode): string | undefined {
  if (!Node.isTypeReference(type)) return undefined;
  const symbol = type.getTypeName().getSymbol();
  const declared = symbol?.getAliasedSymbol() ?? symbol;
  return declared?.getName() === 'PrismaClient' ? packageOfSymbol(declared) : undefined;
}

/** A parameter that says PrismaClient and is given a transaction takes both as TransactionClient. */
export function toTransaction(pass: Pass, type: TypeNode, client: TypeNode = type): boolean {
  const from = clientPackage(client);
  if (from === undefined) return false;
  pass.replace(
    type,
    pass.importName(type.getSourceFile(), { name: 'TransactionClient', from, isType: true }),
  );
  return true;
}

/** The compiler refuses a transaction where a function's parameter says PrismaClient. */
export function rewriteTransactionArgument(pass: Pass, node: Node): boolean {
  const call = node.getParentIfKind(SyntaxKind.CallExpression);
  const at = call?.getArguments().indexOf(node) ?? -1;
  const declaration = call?.getProject().getTypeChecker().getResolvedSignature(call)?.getDeclaration();
  if (at < 0 || declaration === undefined || !('getParameters' in declaration)) return false;
  const type = declaration.getParameters()[at]?.getTypeNode();
  if (type === undefined || declaration.getSourceFile().isInNodeModules()) return false;
  return node.getType().getApparentProperty('$transaction') === undefined && isWholeClient(type)
    ? toTransaction(pass, type)
    : false;
}
