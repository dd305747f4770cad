import { relative } from 'node:path';
import { packageDirectory, repositoryRoot, type Service, services } from '@codezest/schema-docs';
import pc from 'picocolors';
import { lint } from './lint.js';
import { reportLocks } from './locks/report-locks.js';
import { createMigration } from './new-migration.js';
import { reportFindings } from './report.js';
import { readRepository } from './repository.js';

const usage = `pnpm migration:new <service> <words_in_snake_case>
  services: ${services.join(', ')}
  pnpm migration:new auth add_nickname`;

const [service, words, ...rest] = process.argv.slice(2);
if (!isService(service) || !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(words ?? '') || rest.length > 0) {
  console.error(usage);
  process.exitCode = 1;
} else {
  try {
    await run(service, words ?? '');
  } catch (error) {
    console.error(`${pc.red('✖')} ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function run(service: Service, words: string): Promise<void> {
  const directory = packageDirectory(service);
  const file = await createMigration({ service, directory }, words, new Date());
  const path = relative(repositoryRoot, file).replaceAll('\\', '/');
  const linted = (await readRepository()).find(({ migration }) => migration.path === path);
  if (!linted) throw new Error(`${path} was written and is not there.`);
  const findings = lint([linted], repositoryRoot);

  console.log(`${pc.green('✔')} ${pc.bold(path)}\n`);
  console.log(`${reportLocks(linted.migration)}\n`);
  if (findings.length > 0) console.log(reportFindings(findings));
  console.log(
    [
      `${pc.bold('Next:')} edit the file, then`,
      '  pnpm migrations:lint      until it is silent',
      '  pnpm structure:write      what the migrations lead to, for review',
      `  pnpm exec turbo run test --filter @codezest/db-${service}`,
    ].join('\n'),
  );
}

function isService(name: string | undefined): name is Service {
  return services.some((service) => service === name);
}
