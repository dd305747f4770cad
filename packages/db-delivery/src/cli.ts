import { executeDelivery } from './command.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second time somebody is in a hurry: what was not finished is delivered again after the lease.
    if (stopping.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    stopping.abort();
  });
}
// A closed pipe (`status | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { argv, env, stdout, stderr } = process;
void executeDelivery({ argv: argv.slice(2), env, stdout, stderr }, stopping.signal).then((code) => {
  process.exitCode = code;
});
