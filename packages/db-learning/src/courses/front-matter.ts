import { stringify } from 'yaml';
import type { CourseProblem } from './course-errors.js';
import { valueOfDocument } from './document-problems.js';
import { type FolderFile, textOf } from './folder-files.js';

export interface MarkdownFile {
  readonly fields: Readonly<Record<string, unknown>>;
  /** What stands below the front matter, to the byte. */
  readonly body: string;
}

/** A Markdown file that begins with fields of YAML between two lines of three hyphens. */
export function parseMarkdown(
  file: FolderFile,
  definition: string,
  problems: CourseProblem[],
): MarkdownFile | undefined {
  const text = textOf(file.content)?.replace(/^\uFEFF/, '');
  if (text === undefined) {
    problems.push({ file: file.path, problem: 'is no text in UTF-8' });
    return undefined;
  }
  const parts = /^---[ \t]*\r?\n([\s\S]*?)(?:^|(?<=\n))---[ \t]*(?:\r?\n|$)/.exec(text);
  if (parts === null) {
    problems.push({
      file: file.path,
      line: 1,
      problem: 'has no front matter: fields of YAML between two lines of ---',
    });
    return undefined;
  }
  const source = { file: file.path, text: parts[1] ?? '', linesBefore: 1 };
  const fields = valueOfDocument(source, definition, problems);
  return fields && { fields, body: text.slice(parts[0].length) };
}

export function markdownOf({ fields, body }: MarkdownFile): Uint8Array {
  return Buffer.from(`---\n${stringify(fields, { lineWidth: 0, version: '1.2' })}---\n${body}`);
}
