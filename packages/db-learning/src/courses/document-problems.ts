import type { ErrorObject } from 'ajv';
import Ajv from 'ajv';
import { type Document, LineCounter, parseDocument } from 'yaml';
import schema from '../../docs/course.schema.json' with { type: 'json' };
import type { CourseProblem } from './course-errors.js';

/** A text of YAML or JSON, and where in its file it begins. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Lines of the file before the text. */
  readonly linesBefore: number;
}

const MOST_CHARACTERS = 1024 * 1024;

/**
 * The value of a text that agrees with a definition of the schema, or nothing, and what is wrong by line and field. No
 * alias is followed: a few of them can stand for more than memory holds.
 */
export function valueOfDocument(
  { file, text, linesBefore }: SourceText,
  definition: string,
  problems: CourseProblem[],
): Record<string, unknown> | undefined {
  const known = problems.length;
  if (text.length > MOST_CHARACTERS) {
    problems.push({ file, problem: 'has more than 1 MiB of fields' });
    return undefined;
  }
  const lines = new LineCounter();
  let document: Document;
  let value: unknown;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      schema: 'core',
      uniqueKeys: true,
      logLevel: 'silent',
    });
    if (document.errors.length === 0) value = document.toJS({ maxAliasCount: 0 });
  } catch {
    problems.push({
      file,
      problem: 'has an alias or is nested too deeply: write the value where it belongs',
    });
    return undefined;
  }
  for (const { pos, message } of document.errors)
    problems.push({
      file,
      line: lines.linePos(pos[0]).line + linesBefore,
      problem: firstSentence(message),
    });
  if (problems.length > known) return undefined;
  const validate = validatorOf(definition);
  if (validate(value)) return value as Record<string, unknown>;
  for (const error of validate.errors ?? []) {
    const path = pathOf(error);
    problems.push({
      file,
      line: lineOf(document, path, lines) + linesBefore,
      field: path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
        .join('')
        .replace(/^\./, ''),
      problem: textOfError(error),
    });
  }
  return undefined;
}

// Made at the first use, because the command line has other commands.
let ajv: Ajv | undefined;

function validatorOf(definition: string) {
  if (ajv === undefined) {
    ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
    ajv.addSchema(schema, 'course');
  }
  const validate = ajv.getSchema(`course#/$defs/${definition}`);
  if (validate === undefined) throw new TypeError(`The schema has no definition ${definition}.`);
  return validate;
}

/** From the top to the field, also where the error is about one that is missing or not known. */
function pathOf({ instancePath, keyword, params }: ErrorObject): (string | number)[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  if (keyword === 'additionalProperties') path.push(params.additionalProperty);
  if (keyword === 'required') path.push(params.missingProperty);
  return path;
}

function textOfError({ keyword, params, message = 'is wrong' }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not known here';
  if (keyword === 'required') return 'is missing';
  if (keyword === 'enum') return `must be one of ${params.allowedValues.join(', ')}`;
  return message;
}

/** The line of the field, or of the nearest one around it. */
function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range !== undefined && node.range !== null) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const firstSentence = (message: string): string =>
  (message.split('\n')[0] ?? message).replace(/ at line \d+.*$/, '');
