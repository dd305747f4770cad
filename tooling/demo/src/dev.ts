// `pnpm dev`: the local databases, migrated and with data in them, for as long as this command runs.
import { stopDevelopmentServer } from '@codezest/local-databases';
import pc from 'picocolors';
import { prepareServices, startDatabases } from './preparation.js';
import { screen } from './screen.js';

const { urls, notices, startedServer } = await startDatabases();
for (const notice of notices) screen.notice(notice);
for await (const service of prepareServices(urls, 'small')) screen.prepared(service);
screen.urls(urls);
console.log(pc.dim('\nRunning. Ctrl-C stops; the data stays.'));

// Signals alone keep no process alive.
const waiting = setInterval(() => {}, 2 ** 30);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    clearInterval(waiting);
    if (startedServer) await stopDevelopmentServer();
  });
}
