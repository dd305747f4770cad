import { Node, type SourceFile } from 'ts-morph';
import {
  EARLIER_PACKAGE,
  earlierModels,
  modelOfDelegate,
  modelOfTypeName,
  type Service,
} from '../earlier/schema.js';

const OPERATION = /^(?:find|create|update|upsert|delete|count|aggregate|groupBy)/;

/** The services whose tables a file speaks of: `.user.findMany(`, `Prisma.UserUpdateInput`. */
export function servicesSpokenOf(file: SourceFile, used: readonly Service[]): Service[] {
  const found = new Set<Service>();
  const add = (model: string | undefined) => {
    const service = model === undefined ? undefined : earlierModels[model]?.service;
    if (service !== undefined && used.includes(service)) found.add(service);
  };
  file.forEachDescendant((node) => {
    if (Node.isPropertyAccessExpression(node)) {
      const parent = node.getParent();
      if (Node.isPropertyAccessExpression(parent) && OPERATION.test(parent.getName()))
        add(modelOfDelegate(node.getName()));
      else if (Node.isIdentifier(node.getExpression()) && node.getExpression().getText() === 'Prisma')
        add(modelOfTypeName(node.getName()));
    } else if (Node.isQualifiedName(node) && node.getLeft().getText() === 'Prisma')
      add(modelOfTypeName(node.getRight().getText()));
    else if (Node.isIdentifier(node) && Node.isImportSpecifier(node.getParent()) && isFromEarlier(node))
      if (Object.hasOwn(earlierModels, node.getText())) add(node.getText());
  });
  return [...found];
}

function isFromEarlier(node: Node): boolean {
  const declaration = node.getFirstAncestor(Node.isImportDeclaration);
  return declaration?.getModuleSpecifierValue().startsWith(EARLIER_PACKAGE) === true;
}

/**
 * The service whose client the file makes or uses. One that only makes a client and exports it tells by those that use it; a name such
 * as AUTH_DATABASE_URL or auth-client.ts tells otherwise.
 */
export function serviceOfFile(
  file: SourceFile,
  used: readonly Service[],
): { readonly service: Service; readonly isCertain: boolean } {
  const [main] = used;
  if (main === undefined) throw new RangeError('A service uses at least one database.');
  if (used.length === 1) return { service: main, isCertain: true };
  const own = servicesSpokenOf(file, used);
  const [first] = own;
  if (first !== undefined) return { service: first, isCertain: own.length === 1 };
  const users = new Set(file.getReferencingSourceFiles().flatMap((each) => servicesSpokenOf(each, used)));
  const [only] = users;
  if (only !== undefined && users.size === 1) return { service: only, isCertain: true };
  const hints = used.filter(
    (service) =>
      file.getFullText().includes(`${service.toUpperCase()}_`) || file.getBaseName().includes(service),
  );
  return { service: hints[0] ?? main, isCertain: hints.length === 1 };
}
