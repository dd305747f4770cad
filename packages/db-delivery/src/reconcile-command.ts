import type { Terminal } from '@codezest/db-core/cli/terminal';
import type { Service } from '@codezest/db-types';
import type { Command } from 'commander';
import { service, whole } from './arguments.js';
import type { Delivery } from './delivery.js';
import type { Reconciliation } from './reconcile.js';

interface ReconcileFlags {
  readonly apply?: true;
  readonly to?: Service;
  readonly mostOrphans: number;
  readonly wait: number;
  readonly json?: true;
}

/** `reconcile`: what the services have of accounts, compared with the accounts. */
export function addReconcileCommand(
  program: Command,
  terminal: Terminal,
  using: (options: object, work: (delivery: Delivery) => Promise<void>) => Promise<void>,
  setExitCode: (code: number) => void,
): void {
  program
    .command('reconcile')
    .summary('compare what the services have of accounts with the accounts')
    .description(
      'Compares ids and versions, a range at a time; no row leaves its database. Changes nothing without --apply, which has auth ' +
        'tell the service again what is missing, stale or orphaned: rows about somebody without an account are erased there. ' +
        'What is still on its way counts as no difference. Run it first without --apply, beside a running delivery.',
    )
    .option('--apply', 'tell again what differs')
    .option('--to <service>', 'only what this service has', service)
    .option(
      '--most-orphans <people>',
      'refuse --apply where rows of more people than this would be erased',
      whole(10_000_000, 0),
      100,
    )
    .option('--wait <seconds>', 'how long to wait for what is on its way', whole(600, 0), 10)
    .option('--json', 'print the result as JSON')
    .action(({ apply, to, mostOrphans, wait, json }: ReconcileFlags) =>
      using({}, async (delivery) => {
        const found = await delivery.reconcile({
          apply: apply === true,
          ...(to === undefined ? {} : { to }),
          mostOrphans,
          waitMs: wait * 1_000,
          onProgress: (progress) =>
            terminal.passing(`  … auth → ${progress.to}: ${progress.accounts} accounts`),
        });
        if (json) terminal.json(found);
        else for (const each of found) terminal.print(lineOf(each));
        const left = found.filter(
          ({ missing, stale, orphaned, ahead, erased, told }) =>
            missing + stale + orphaned > told || ahead + erased > 0,
        );
        if (left.length > 0) setExitCode(2);
      }),
    );
}

function lineOf({ to, accounts, told, ...counts }: Reconciliation): string {
  const names: Readonly<Record<keyof typeof counts, string>> = {
    missing: 'missing',
    stale: 'stale',
    orphaned: 'without an account',
    ahead: 'ahead of the account',
    erased: 'erased there, with an account',
    inFlight: 'on their way',
  };
  const differences = Object.entries(names).flatMap(([name, text]) => {
    const number = counts[name as keyof typeof counts];
    return number === 0 ? [] : [`${number} ${text}`];
  });
  return `auth → ${to}  ${accounts} accounts compared, ${differences.join(', ') || 'no difference'}${
    told === 0 ? '' : `; ${told} told again`
  }`;
}
