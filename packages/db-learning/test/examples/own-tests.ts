import { createTestDatabase, factories } from '../../src/testing.js';

export async function inATest(): Promise<{ modules: number; languages: number }> {
  const { client, drop } = await createTestDatabase(); // in beforeAll
  try {
    const make = factories(client);
    const loops = await make.module({ title: 'Loops' }); // and the language that it needs
    await make.module({ languageId: loops.languageId });
    return {
      modules: await client.module.count(),
      languages: await client.programmingLanguage.count(),
    };
  } finally {
    await drop(); // in afterAll
  }
}
