import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { packageDirectory, type Service } from '@codezest/schema-docs';
import { build, type Options } from 'tsup';

/**
 * About the database and not about the client, about files that only the repository has, or with a native module
 * (argon2), which cannot be bundled.
 */
const aboutOtherThings =
  /^(?:constraints|examples|login-over-http|plans|query-plans|roles|schema|seed)\.test\.ts$/;

/** The sources that stand for what a service imports, with the subpath under which it does. */
const entries: Readonly<Record<string, string>> = { 'src/index.ts': '', 'src/testing.ts': '/testing' };

/** A list of names, from which the tests make their role. It goes along with them. */
const inTheSuite = 'src/roles.ts';

/**
 * The tests of a package that use it as a service does. One that reaches for something inside is none of them: a later release
 * owes that nothing.
 */
export function suiteOf(service: Service): string[] {
  const directory = packageDirectory(service);
  return readdirSync(join(directory, 'test'))
    .filter((name) => name.endsWith('.test.ts') && !aboutOtherThings.test(name))
    .map((name) => join(directory, 'test', name))
    .filter((file) => !reachesInside(file, directory));
}

/** The suite as it runs outside of the repository: it imports the installed package, and holds whatever helps it. */
export async function compileSuite(service: Service): Promise<Record<string, string>> {
  const directory = packageDirectory(service);
  const external = ['pg', 'vitest', '@codezest/db-types', `@codezest/db-${service}`];
  const outDir = mkdtempSync(join(tmpdir(), 'suite-'));
  try {
    await build({
      entry: suiteOf(service),
      outDir,
      format: 'esm',
      outExtension: () => ({ js: '.js' }),
      target: 'node20',
      platform: 'node',
      config: false,
      silent: true,
      clean: false,
      minify: true,
      external,
      noExternal: [new RegExp(`^(?!(?:${external.join('|')})(?:/|$))`)],
      esbuildPlugins: [installedPackage(service, directory)],
    });
    return Object.fromEntries(
      readdirSync(outDir).map((name) => [`suite/${name}`, readFileSync(join(outDir, name), 'utf8')]),
    );
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

function installedPackage(service: Service, directory: string): Plugin {
  return {
    name: 'installed-package',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const subpath = entries[sourceAt(join(resolveDir, path), directory)];
        return subpath === undefined
          ? undefined
          : { path: `@codezest/db-${service}${subpath}`, external: true };
      });
    },
  };
}

function reachesInside(file: string, directory: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s+(?!type\s)[^;]*?from '(\.[^']+)'/gm,
  );
  return [...imports].some(([, path = '']) => {
    const source = sourceAt(join(dirname(file), path), directory);
    if (source in entries || source === inTheSuite) return false;
    return !source.startsWith('test/') || reachesInside(join(directory, source), directory, seen);
  });
}

/** The source that an import names, relative to the package. */
function sourceAt(path: string, directory: string): string {
  return relative(directory, path).replaceAll('\\', '/').replace(/\.js$/, '.ts');
}
