import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageDirectory, type Service } from '@codezest/schema-docs';

export interface PrismaOutcome {
  code: number | null;
  output: string;
}

/** Prisma's own CLI in the folder of a service's package, as its scripts run it, against the given database. */
export function prisma(service: Service, url: string, args: string[]): Promise<PrismaOutcome> {
  const directory = packageDirectory(service);
  const name = service.toUpperCase();
  const child = spawn(join(directory, 'node_modules/.bin/codezest-prisma'), args, {
    cwd: directory,
    env: { ...process.env, [`${name}_MIGRATE_DATABASE_URL`]: url, [`${name}_DATABASE_URL`]: url },
    shell: process.platform === 'win32',
  });

  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
