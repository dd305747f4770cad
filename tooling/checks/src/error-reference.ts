import { statusOfCode } from '@codezest/db-core';
import { type Service, services } from '@codezest/schema-docs';
import ts from 'typescript';
import { filesBelow, read } from './repository.js';
import { parse } from './source-code.js';

/** One code as the source raises it. */
export interface ErrorCode {
  readonly code: string;
  readonly errorClass: string;
  /** Packages whose users meet it. */
  readonly of: string;
  /** The sentence, with … where a value stands. */
  readonly message: string;
}

export const PAGE = 'docs/errors.md';

const ALL = 'all five';

/** Where errors come from, and who meets them. What stays inside the workspace's tools is nobody's contract. */
const SOURCES: Record<string, string> = {
  'packages/db-core/src': ALL,
  'packages/db-types/src': 'db-types',
  'packages/db-auth/src': 'db-auth',
  'packages/db-learning/src': 'db-learning',
  'packages/db-payments/src': 'db-payments',
  'packages/db-notifications/src': 'db-notifications',
  'packages/db-activity/src': 'db-activity',
  'packages/db-delivery/src': 'db-delivery',
  'tooling/local-databases/src': 'all five, /testing',
};
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const GENERATED = /(<!-- codes -->\n)[\s\S]*(<!-- end of codes -->)/;

/** The page with its table written anew. */
export function freshErrorPage(page: string): string {
  return page.replace(GENERATED, (_all, begin, end) => `${begin}\n${table(errorCodes())}\n\n${end}`);
}

const STATUSES = /(<!-- statuses -->\n)[\s\S]*(<!-- end of statuses -->)/;

/** A README with its table of statuses written anew. */
export function freshStatuses(readme: string, service: Service): string {
  const statuses = statusesOf(service);
  const rows = [...new Set(statuses.map(([, status]) => status))]
    .sort((a = 0, b = 0) => a - b)
    .map((status) => {
      const codes = statuses.filter(([, each]) => each === status).map(([code]) => `\`${code}\``);
      return `| ${status} | ${codes.join(', ')} |`;
    });
  const text = ['| status | codes |', '|---|---|', ...rows].join('\n');
  return readme.replace(STATUSES, (_all, begin, end) => `${begin}\n${text}\n\n${end}`);
}

/** Each code that a service may meet, and the status that the package answers it with. */
export function statusesOf(service: Service): [code: string, status: number | undefined][] {
  const source = read(`packages/db-${service}/src/http-answer.ts`);
  const own = Object.fromEntries(
    [...source.matchAll(/^ {2}([A-Z_]+): (\d{3}),$/gm)].map(([, code, status]) => [code, Number(status)]),
  );
  const met = errorCodes().filter(
    ({ of, errorClass }) =>
      OF_REQUESTS.test(errorClass) &&
      [ALL, 'db-types', `db-${service}`].some((one) => of.split(', ').includes(one)),
  );
  return [...new Set(met.map(({ code }) => code))].map((code) => [code, statusOfCode(code, own)]);
}

/** Migrations and test servers have command lines, whose exit codes say it. */
const OF_REQUESTS = /^(?!Migration|TestDatabase)/;

let codes: ErrorCode[] | undefined;

/** Every code that the sources raise, with the first sentence that each is raised with. Shared errors come first. */
export function errorCodes(): ErrorCode[] {
  codes ??= readErrorCodes();
  return codes;
}

function readErrorCodes(): ErrorCode[] {
  const found = new Map<string, ErrorCode>();
  for (const [directory, of] of Object.entries(SOURCES)) {
    for (const path of filesBelow(directory, '.ts').filter((file) => !file.endsWith('.test.ts'))) {
      for (const raised of raisedIn(path)) {
        const users = of === ALL ? usersOf(raised.errorClass) : of;
        const shared = found.get(`${raised.code} ${raised.errorClass} ${ALL}`);
        if (shared?.message === raised.message) continue;
        const key = `${raised.code} ${raised.errorClass} ${users}`;
        if (!found.has(key) || found.get(key)?.message === '') found.set(key, { ...raised, of: users });
      }
    }
  }
  return [...found.values()].sort((a, b) =>
    `${a.code} ${a.of} ${a.errorClass}` < `${b.code} ${b.of} ${b.errorClass}` ? -1 : 1,
  );
}

/** Of a class of db-core that only some packages export by name, those packages. */
function usersOf(errorClass: string): string {
  const named = services.filter((service) =>
    new RegExp(`\\b${errorClass}\\b`).test(read(`packages/db-${service}/src/index.ts`)),
  );
  const isOfSome = named.length > 0 && named.length < services.length;
  return isOfSome ? named.map((service) => `db-${service}`).join(', ') : ALL;
}

function raisedIn(path: string): Omit<ErrorCode, 'of'>[] {
  if (!read(path).includes('Error')) return [];
  const raised: Omit<ErrorCode, 'of'>[] = [];
  const visit = (node: ts.Node, errorClass: string | undefined): void => {
    const within = ts.isClassDeclaration(node) ? node.name?.text : errorClass;
    const call = ts.isNewExpression(node) || ts.isCallExpression(node) ? node : undefined;
    const [code, message] = call?.arguments ?? [];
    if (call && code && ts.isStringLiteral(code) && CODE.test(code.text)) {
      const own = call.expression.kind === ts.SyntaxKind.SuperKeyword;
      const named = own ? within : call.expression.getText();
      if (named?.endsWith('Error')) {
        // What starts servers is bundled into /testing, which throws its errors as its own.
        const errorClass = named === 'LocalDatabaseError' ? 'TestDatabaseError' : named;
        raised.push({ code: code.text, errorClass, message: textOf(message) });
      }
    }
    // `readonly code = 'ID_INVALID'`, of an error that has no base of ours.
    if (ts.isPropertyDeclaration(node) && node.name.getText() === 'code' && within?.endsWith('Error')) {
      if (node.initializer && ts.isStringLiteral(node.initializer)) {
        raised.push({ code: node.initializer.text, errorClass: within, message: superTextOf(node.parent) });
      }
    }
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(parse(path), undefined);
  return raised;
}

function superTextOf(node: ts.Node): string {
  let text = '';
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child) && child.expression.kind === ts.SyntaxKind.SuperKeyword)
      text = textOf(child.arguments[0]);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return text;
}

function textOf(node: ts.Node | undefined): string {
  if (node === undefined) return '';
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (ts.isConditionalExpression(node)) return textOf(node.whenTrue);
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
  return '';
}

function table(codes: readonly ErrorCode[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
  const rows = codes.map(
    ({ code, errorClass, of, message }) => `| \`${code}\` | \`${errorClass}\` | ${of} | ${cell(message)} |`,
  );
  return ['| code | class | package | says |', '|---|---|---|---|', ...rows].join('\n');
}
