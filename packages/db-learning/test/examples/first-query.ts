import { connect, disconnect, prisma } from '../../src/index.js';

export async function offeredLanguages(): Promise<string[]> {
  await connect(); // rejects on a database that does not answer
  try {
    const languages = await prisma.programmingLanguage.findMany({
      where: { isActive: true },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
    });
    return languages.map(({ name }) => name);
  } finally {
    await disconnect(); // and the script ends
  }
}
