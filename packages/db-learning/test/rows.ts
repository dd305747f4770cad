import type { Prisma, PrismaClient } from '../src/index.js';

let made = 0;

/** A name that no other row of the run has. */
export function unused(prefix: string): string {
  made += 1;
  return `${prefix}-${made}`;
}

export function createLanguage(client: PrismaClient): Promise<Prisma.ProgrammingLanguageGetPayload<object>> {
  const slug = unused('language');
  return client.programmingLanguage.create({ data: { name: slug, slug } });
}

/** In a new language unless one is given. */
export async function createModule(
  client: PrismaClient,
  languageId?: Prisma.ModuleUncheckedCreateInput['languageId'],
): Promise<Prisma.ModuleGetPayload<object>> {
  const slug = unused('module');
  return client.module.create({
    data: { languageId: languageId ?? (await createLanguage(client)).id, title: slug, slug, order: 1 },
  });
}

/** With one question, of which the first option is right. */
export async function createQuiz(
  client: PrismaClient,
  options: { rightOptions?: number; published?: boolean } = {},
): Promise<Prisma.MCQQuizGetPayload<{ include: { questions: { include: { options: true } } } }>> {
  const { rightOptions = 1, published = true } = options;
  const module = await createModule(client);
  return client.mCQQuiz.create({
    data: {
      moduleId: module.id,
      title: 'Loops',
      publishedAt: published ? new Date() : null,
      questions: {
        create: {
          question: 'What ends a loop?',
          order: 1,
          options: {
            create: Array.from({ length: rightOptions + 1 }, (_, index) => ({
              optionText: `Option ${index}`,
              isCorrect: index < rightOptions,
              order: index,
            })),
          },
        },
      },
    },
    include: { questions: { include: { options: { orderBy: { order: 'asc' } } } } },
  });
}

/** The item that a test has just made. */
export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new RangeError('There is none.');
  return item;
}
