import { Node, type SourceFile, SyntaxKind } from 'ts-morph';
import type { CompilerError } from './compiler-errors.js';
import { insteadOf } from './earlier/refused-operations.js';
import { earlierModels, packageOf } from './earlier/schema.js';
import { type ColumnNote, columnNotes } from './earlier/upgrading-page.js';
import { type LeftByHand, leftAt } from './left-by-hand.js';
import type { Pass } from './pass.js';
import { columnsIn, prismaCalls } from './rules/prisma-calls.js';

let notes: readonly ColumnNote[] | undefined;

function columnNotesOnce(): readonly ColumnNote[] {
  notes ??= columnNotes();
  return notes;
}

/** What the upgrade notes say of the name that an error is about, or the words of the compiler. */
export function reasonOf(error: CompilerError, known: string | undefined): string {
  const [words = ''] = error.message.split('\n');
  const name = error.node.getText();
  const short = words.length > 300 ? `${words.slice(0, 300)}…` : words;
  const compiler = `the compiler says (TS${error.code}): ${short}`;
  if (known !== undefined) return known;
  if (isUnknownName(error)) {
    if (name === 'password')
      return '`password` is left out of results: `select: { password: true }` where it is needed';
    const model = earlierModels[name];
    if (model !== undefined)
      return `${name} belongs to ${packageOf(model.service)}, whose database this service does not have: ask that service, or keep what its events tell`;
    const relations = Object.values(earlierModels).some(({ relations: all }) => Object.hasOwn(all, name));
    const found = columnNotesOnce().filter(({ column }) => column === name);
    // A name of several models: what the error says of the type tells which, or all are told.
    const at = modelAt(error.node);
    const likely = found.filter(({ model: of }) => of === at || (at === undefined && words.includes(of)));
    const told = likely.length > 0 ? likely : found;
    if (told.length > 0) return told.map(({ text }) => text).join('; ');
    if (relations)
      return `\`${name}\` is a relation to a model that has its place in another database: two calls. ${compiler}`;
  }
  const model = modelAt(error.node);
  const note = columnNotesOnce().find((each) => each.model === model && each.column === name);
  return note === undefined ? compiler : `${note.text}. ${compiler}`;
}

/** The model whose columns the object is made of, in which a member stands. */
function modelAt(node: Node): string | undefined {
  const literal = node.getFirstAncestorByKind(SyntaxKind.ObjectLiteralExpression);
  return columnsIn(node.getSourceFile()).find((each) => each.literal === literal)?.model;
}

/** An unknown member, property or export. */
function isUnknownName({ code }: CompilerError): boolean {
  return [2353, 2561, 2339, 2551, 2305, 2724, 2614, 2694].includes(code);
}

/** What compiles and still needs a person: operations that are refused, keys that errors no longer name. */
export function silentChanges(pass: Pass, file: SourceFile): LeftByHand[] {
  const left: LeftByHand[] = [];
  for (const { call, model, operation } of prismaCalls(file)) {
    const instead = insteadOf(model, operation);
    if (instead !== undefined)
      left.push(leftAt(pass.project, call, `\`${model}\` and \`${operation}\`: ${instead}`));
  }
  left.push(...spreadColumns(pass, file));
  for (const access of file.getDescendantsOfKind(SyntaxKind.PropertyAccessExpression)) {
    const name = access.getName();
    const owner = access.getExpression().getText();
    if (name === 'target' && /\bmeta\)?[?!]?$/.test(owner))
      left.push(
        leftAt(
          pass.project,
          access,
          '`meta.target` is gone: ask `isUniqueViolation(error, …)` with the name of the key',
        ),
      );
    if (name === '$use' && Node.isCallExpression(access.getParent()))
      left.push(leftAt(pass.project, access, '`$use` is gone: use `$extends`'));
  }
  return left;
}

/** The compiler looks for unknown members in what is written out, and not in what is spread: Prisma refuses them at run time. */
function spreadColumns(pass: Pass, file: SourceFile): LeftByHand[] {
  const known = columnNotesOnce();
  return columnsIn(file).flatMap(({ model, literal }) =>
    literal.getProperties().flatMap((property) => {
      if (!Node.isSpreadAssignment(property)) return [];
      const names = new Set(
        property
          .getExpression()
          .getType()
          .getProperties()
          .map((each) => each.getName()),
      );
      return known
        .filter((note) => note.model === model && note.isGone && names.has(note.column))
        .map(({ text }) =>
          leftAt(
            pass.project,
            property,
            `what is spread here may have a column that Prisma refuses: ${text}`,
          ),
        );
    }),
  );
}
