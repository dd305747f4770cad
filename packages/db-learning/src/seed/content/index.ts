import { csharp } from './csharp.js';
import { go } from './go.js';
import { java } from './java.js';
import { javascript } from './javascript.js';
import { type CourseContent, parseCourse } from './parse-course.js';
import { python } from './python.js';
import { rust } from './rust.js';
import { sql } from './sql.js';
import { typescript } from './typescript.js';

const texts: Readonly<Record<string, string>> = {
  python,
  javascript,
  typescript,
  sql,
  java,
  go,
  rust,
  csharp,
};

/** What is taught of a language, by the slug that the shared catalogue gives it. */
export function contentOf(slug: string): CourseContent {
  const text = texts[slug];
  if (text === undefined) throw new RangeError(`There is no content for the language ${slug}.`);
  return parseCourse(text, slug);
}
