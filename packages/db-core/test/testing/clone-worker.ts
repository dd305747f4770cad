import { createTestDatabase } from '../../src/testing/index.js';

/**
 * `clone-worker <service> <migrations folder> <how many>`: a test runner's worker that asks for several databases at
 * once, and lives until its input ends.
 */
async function main(service: string, migrationsDirectory: string, count: number): Promise<string[]> {
  const clones = Array.from({ length: count }, () => createTestDatabase({ service, migrationsDirectory }));
  return (await Promise.all(clones)).map(({ url }) => url);
}

const [service = '', migrationsDirectory = '', count] = process.argv.slice(2);
main(service, migrationsDirectory, Number(count)).then((urls) => console.log(JSON.stringify(urls)));
process.stdin.resume();
