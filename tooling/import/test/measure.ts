import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { differences } from '../src/verify/verify-service.js';
import { type Command as Started, startCommand } from './command.js';
import { createOldDatabase, everything } from './old-schema/old-database.js';
import { startWriter } from './old-schema/writer.js';
import { serverSeconds } from './processor-time.js';
import {
  activityTarget,
  authTarget,
  learningTarget,
  notificationsTarget,
  paymentsTarget,
} from './targets.js';

/** `pnpm --filter @codezest/import measure --users 100000`: how long an import takes beside a writer, and in how much memory. */
const program = new Command('measure')
  .option('--users <n>', 'accounts of the earlier database, 61 rows each', wholeNumber, 1_000)
  .option('--kills <n>', 'kills of the first run at random moments', wholeNumber, 0)
  .option('--pause <ms>', 'pause of the writer between two transactions', wholeNumber, 20)
  .parse();
const { users, kills, pause } = program.opts<Record<'users' | 'kills' | 'pause', number>>();

function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const say = (line: string) => process.stdout.write(`${line}\n`);

const old = await createOldDatabase(users, everything);
const { rows } = await old.client.query(
  `SELECT sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::bigint)::int AS n
   FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
);
const targets = await Promise.all([
  authTarget(),
  learningTarget(),
  paymentsTarget(),
  notificationsTarget(),
  activityTarget(),
]);
say(`${users} users, ${rows[0].n} rows, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);

const writer = startWriter(old.url, pause);
for (let kill = 1; kill <= kills; kill += 1) {
  const command = startCommand(['run'], old.url, targets);
  const wait = 1_500 + Math.random() * 6_000;
  await Promise.race([sleep(wait), command.ended]);
  command.process.kill('SIGKILL');
  const { signal } = await command.ended;
  say(`kill ${kill} after ${(wait / 1000).toFixed(1)} s: ${signal ?? 'it had ended'}`);
}
await measured(`${kills > 0 ? 'the run that was left' : 'first run'}, beside a writer`, ['run']);
await measured('next run, beside a writer', ['run']);
say(`the writer made ${await writer.stop()} transactions`);
await measured('final run', ['run', '--final']);
await measured('verification', ['verify']);

for (const target of targets) await target.drop();
await old.drop();

async function measured(name: string, args: readonly string[]): Promise<void> {
  const begin = performance.now();
  const server = await serverSeconds(old.client);
  const command = startCommand([...args, '--json'], old.url, targets);
  const memory = watchMemory(command);
  const { code, stdout, stderr } = await command.ended;
  const used = (await serverSeconds(old.client)) - server;
  say(
    `${name}: ${seconds(begin)} s, at most ${await memory} MB, exit code ${code}, ${used.toFixed(0)} s of the servers’ processor time, load ${loadavg()[0]?.toFixed(1)}`,
  );
  if (stderr !== '') say(stderr.slice(0, 2_000));
  const result = JSON.parse(stdout);
  if (args[0] === 'verify') {
    say(`equal: ${result.isEqual}`);
    for (const { tables } of result.services)
      for (const each of differences(tables)) say(JSON.stringify(each));
    for (const each of result.references) if (each.dangling > 0) say(JSON.stringify(each));
  } else
    for (const { service, steps, rejects } of result) {
      const sum = (of: string) =>
        steps.reduce((total: number, step: Record<string, number>) => total + (step[of] ?? 0), 0);
      say(
        `  ${service}: read ${sum('read')}, added ${sum('added')}, changed ${sum('changed')}, removed ${sum('removed')}, rejected ${JSON.stringify(rejects)}`,
      );
    }
}

/** The highest resident set that the kernel has noted, in MB. */
async function watchMemory({ process: child, ended }: Started): Promise<number> {
  let isRunning = true;
  void ended.then(() => {
    isRunning = false;
  });
  let most = 0;
  while (isRunning) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended, or this is no Linux.
    }
    await sleep(100);
  }
  return Math.round(most / 1024);
}
