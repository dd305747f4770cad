import ts from 'typescript';
import { type Declaration, declarationOf } from './declarations.js';

/** What a function does to the database by itself and through all that it calls. */
export interface Reach {
  /** Hand-written SQL and other texts; `${…}` stands where a value or another text is put in. */
  readonly texts: string[];
  readonly statements: { readonly name: string; readonly text: string }[];
  /** Calls of Prisma's delegates that write, such as `user.update`. */
  readonly prismaWrites: { readonly delegate: string; readonly call: string }[];
  /** Texts that are a single word: names of tables that a parameter carries are among them. */
  readonly words: Set<string>;
}

/** What every call passes through: it decides how a statement is sent and sent again, not which. */
const MACHINERY =
  /^packages\/db-core\/src\/(?:client|retry|migrations|connection-url|seed|testing|cli|roles)\//;
const PRISMA_WRITE =
  /^(?:create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)$/;

export function reachOf(start: Declaration): Reach {
  const reach: Reach = { texts: [], statements: [], prismaWrites: [], words: new Set() };
  const seen = new Set<string>();
  const waiting = [start];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const id = `${one.path}#${one.name}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const names = new Set<string>();
    for (const node of one.nodes) collect(node, reach, names);
    for (const name of names) {
      const used = declarationOf(one.path, name);
      if (used && !MACHINERY.test(used.path)) waiting.push(used);
    }
  }
  return reach;
}

function collect(declaration: ts.Node, reach: Reach, names: Set<string>): void {
  const look = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      reach.texts.push(node.text);
      if (/^\w+$/.test(node.text)) reach.words.add(node.text);
    } else if (ts.isTemplateExpression(node)) reach.texts.push(textOf(node));
    else if (ts.isCallExpression(node)) collectCall(node, reach);
    ts.forEachChild(node, look);
  };
  look(declaration);
}

function collectCall({ expression, arguments: given }: ts.CallExpression, reach: Reach): void {
  const [name, text] = given;
  if (ts.isIdentifier(expression) && /^(?:statement|read)$/.test(expression.text) && name && text) {
    reach.statements.push({ name: textOf(name), text: textOf(text) });
  }
  if (!ts.isPropertyAccessExpression(expression) || !PRISMA_WRITE.test(expression.name.text)) return;
  const delegate = expression.expression;
  if (ts.isPropertyAccessExpression(delegate))
    reach.prismaWrites.push({ delegate: delegate.name.text, call: expression.name.text });
}

/** A text as it is written, with `${…}` where the program puts something in. */
function textOf(node: ts.Node): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return `\${${node.getText()}}`;
  const rest = node.templateSpans.map(
    ({ expression, literal }) => `\${${expression.getText()}}${literal.text}`,
  );
  return node.head.text + rest.join('');
}
