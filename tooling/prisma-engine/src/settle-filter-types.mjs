import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * prisma-json-types-generator writes a typed variant of every filter that Prisma may generate, and silences the
 * compiler about those that this schema does not have. The silencing comment does not survive into declarations, where
 * a service that checks its libraries would meet the error. What is missing is unused, so `unknown` stands for it.
 *
 * @param {string} generated folder of the generated client
 */
export function settleFilterTypes(generated) {
  const sources = readdirSync(generated, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && file !== 'pjtg.ts',
  );
  const exported = new Set(
    sources.flatMap((file) =>
      [
        ...readFileSync(join(generated, file), 'utf8').matchAll(
          /^export (?:type|interface|class|const) (\w+)/gm,
        ),
      ].map(([, name]) => name),
    ),
  );
  const file = join(generated, 'pjtg.ts');
  const text = readFileSync(file, 'utf8').replace(/\bPrisma\.(\w+)(?=\s*[&;])/g, (reference, name) =>
    exported.has(name) ? reference : 'unknown',
  );
  writeFileSync(file, text);
}
