// `pnpm studio auth`: Prisma Studio on one of the local databases.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { localDatabaseUrls, SERVICES, type Service, urlVariable } from '@codezest/local-databases';

const service = process.argv[2] as Service;
if (!SERVICES.includes(service)) {
  console.error(`Which database? pnpm studio <${SERVICES.join('|')}>`);
  process.exit(1);
}
const { urls } = await localDatabaseUrls();
const child = spawn('pnpm', ['exec', 'codezest-prisma', 'studio', ...process.argv.slice(3)], {
  cwd: fileURLToPath(new URL(`../../../packages/db-${service}`, import.meta.url)),
  env: { ...process.env, [urlVariable(service)]: urls[service] },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
