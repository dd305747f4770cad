import type {
  AssignmentId,
  MaterialId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
} from '@codezest/db-types';
import { seedId } from './seed-id.js';

/**
 * What there is to learn, as far as other services name it: ids, slugs, titles, order. The content itself (texts,
 * tests, questions) is the learning package's, under exactly these ids: activity, notifications and certificates
 * refer to them from databases that cannot see each other.
 */
export interface CatalogueLanguage {
  readonly id: ProgrammingLanguageId;
  readonly slug: string;
  readonly name: string;
  readonly modules: readonly CatalogueModule[];
}

/** Every module has four materials, one assignment and one quiz; the module before it is its prerequisite. */
export interface CatalogueModule {
  readonly id: ModuleId;
  readonly languageId: ProgrammingLanguageId;
  readonly slug: string;
  readonly title: string;
  /** From 1, without gaps within the language. */
  readonly order: number;
  readonly materialIds: readonly MaterialId[];
  readonly assignmentId: AssignmentId;
  readonly quizId: MCQQuizId;
}

const materialsPerModule = 4;

function language(slug: string, name: string, titles: readonly string[]): CatalogueLanguage {
  const id = seedId('ProgrammingLanguage', slug);
  const modules = titles.map((title, index): CatalogueModule => {
    const moduleSlug = title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    const key = `${slug}/${moduleSlug}`;
    return {
      id: seedId('Module', key),
      languageId: id,
      slug: moduleSlug,
      title,
      order: index + 1,
      materialIds: Array.from({ length: materialsPerModule }, (_, material) =>
        seedId('Material', `${key}/${material + 1}`),
      ),
      assignmentId: seedId('Assignment', key),
      quizId: seedId('MCQQuiz', key),
    };
  });
  return { id, slug, name, modules };
}

export const languages: readonly CatalogueLanguage[] = [
  language('python', 'Python', [
    'First steps',
    'Control flow',
    'Functions',
    'Lists and dictionaries',
    'Files and errors',
    'Classes',
    'Modules and packages',
    'Testing',
  ]),
  language('javascript', 'JavaScript', [
    'Values and variables',
    'Functions and scope',
    'Arrays and objects',
    'The document',
    'Events',
    'Promises',
    'Modules',
    'Testing',
  ]),
  language('typescript', 'TypeScript', [
    'Types of values',
    'Functions and unions',
    'Interfaces',
    'Narrowing',
    'Generics',
    'Mapped types',
    'Declaration files',
    'Strict projects',
  ]),
  language('sql', 'SQL', [
    'Selecting rows',
    'Filtering and sorting',
    'Joins',
    'Grouping',
    'Changing data',
    'Tables and constraints',
    'Indexes',
    'Transactions',
  ]),
  language('java', 'Java', [
    'Program and class',
    'Types and operators',
    'Methods',
    'Objects',
    'Collections',
    'Exceptions',
    'Streams',
    'Testing',
  ]),
  language('go', 'Go', [
    'Packages and values',
    'Control structures',
    'Slices and maps',
    'Structs and methods',
    'Interfaces',
    'Errors',
    'Goroutines',
    'Channels',
  ]),
  language('rust', 'Rust', [
    'Variables and types',
    'Ownership',
    'Borrowing',
    'Structs and enums',
    'Pattern matching',
    'Error handling',
    'Traits',
    'Lifetimes',
  ]),
  language('csharp', 'C#', [
    'Hello console',
    'Types and conversions',
    'Methods and parameters',
    'Classes and records',
    'Collections',
    'Queries with LINQ',
    'Async and await',
    'Testing',
  ]),
];
