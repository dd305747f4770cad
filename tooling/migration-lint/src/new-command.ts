import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { packageDirectory, repositoryRoot, type Service, services } from '@codezest/schema-docs';
import pc from 'picocolors';
import { lint } from './lint.js';
import { reportLocks } from './locks/report-locks.js';
import { createBackfill, createMigration } from './new-migration.js';
import { reportFindings } from './report.js';
import { readRepository } from './repository.js';

const usage = `pnpm migration:new <service> <words_in_snake_case> [--data]
  services: ${services.join(', ')}
  --data    a backfill, which moves rows in batches beside the running site
  pnpm migration:new auth add_nickname
  pnpm migration:new auth fill_nickname --data`;

const given = parsed(process.argv.slice(2));
const [service, words, ...rest] = given?.positionals ?? [];
if (given?.values.help) {
  console.log(usage);
} else if (!isService(service) || !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(words ?? '') || rest.length > 0) {
  console.error(usage);
  process.exitCode = 1;
} else {
  try {
    await run(service, words ?? '', given?.values.data === true);
  } catch (error) {
    console.error(`${pc.red('✖')} ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function run(service: Service, words: string, data: boolean): Promise<void> {
  const directory = packageDirectory(service);
  const create = data ? createBackfill : createMigration;
  const file = await create({ service, directory }, words, new Date());
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

function parsed(args: string[]) {
  try {
    const options = { data: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    return undefined;
  }
}

function isService(name: string | undefined): name is Service {
  return services.some((service) => service === name);
}
