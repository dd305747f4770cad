import { Client } from 'pg';
import type { AnyClient, Subject } from '../subjects.js';
import type { Give } from '../ways-in/way-in.js';

type AnyModule = Subject['module'];

/** The URLs of clients that fail each in another way; secrets in them are canaries. */
export interface Failing {
  readonly appUrl: string;
  readonly adminUrl: string;
}

/** What goes wrong between a client and its server, or because it takes too long, with canaries among the parameters. */
export async function breakConnections(
  module: AnyModule,
  { appUrl, adminUrl }: Failing,
  clientOf: (url: string) => AnyClient,
  give: Give,
  onError: (error: unknown) => void,
  print: (printed: unknown) => void,
): Promise<void> {
  const value = give.secret('parameter of a query that breaks');
  const slow = (client: AnyClient) => client.$queryRaw`SELECT ${value}::text, pg_sleep(9)::text`;

  await slow(clientOf(withOptions(appUrl, '-c statement_timeout=30'))).catch(onError);

  const cut = clientOf(appUrl);
  await Promise.all([slow(cut).catch(onError), cutOff(adminUrl)]);

  const hasty = clientOf(appUrl);
  const work = (client: Pick<AnyClient, '$queryRaw'>) =>
    client.$queryRaw`SELECT ${value}::text, pg_sleep(0.2)::text`;
  await module.transaction(hasty, work, { timeout: 40, attempts: 2, onRetry: print }).catch(onError);
  await module
    .withRetry(() => work(clientOf(nobodyAt(appUrl))), { attempts: 2, onRetry: print })
    .catch(onError);

  const replicated = clientOf(appUrl);
  print(await module.walPosition(replicated));
  for (const options of [{ notBefore: value }, {}])
    await module
      .readFromReplica(replicated, (reading) => reading.$queryRaw`SELECT ${value}::uuid`, options)
      .catch(onError);

  const narrow = clientOf(`${appUrl}?connection_limit=1&connect_timeout=1`);
  await Promise.all(
    [1.2, 0].map((seconds) =>
      narrow.$queryRaw`SELECT ${value}::text, pg_sleep(${seconds}::float8)::text`.catch(onError),
    ),
  );

  for (const url of wrongUrls(appUrl, give)) {
    const client = clientOf(url);
    await module.connect(client).catch(onError);
    await client.$queryRaw`SELECT ${value}::text`.catch(onError);
    print(await module.healthCheck(client));
    print(await module.readinessCheck(client));
  }
}

/** Ends a client while it works, and asks it again. It is the caller's to forget: it cannot be ended twice. */
export async function drainBusy(
  module: AnyModule,
  client: AnyClient,
  give: Give,
  onError: (error: unknown) => void,
  print: (printed: unknown) => void,
): Promise<void> {
  const value = give.secret('parameter of a query that is cut');
  const running = client.$queryRaw`SELECT ${value}::text, pg_sleep(9)::text`.catch(onError);
  print(await module.drain(client, { timeoutMs: 200 }));
  await running;
  await client.$queryRaw`SELECT ${value}::text`.catch(onError);
}

/** URLs that lead nowhere or do not let anybody in, each with secrets in it. */
export function wrongUrls(url: string, give: Give): string[] {
  const change = (edit: (changed: URL) => void): string => {
    const changed = new URL(url);
    edit(changed);
    return changed.href;
  };
  const password = give.secret('wrong password');
  return [
    withPassword(url, password),
    change((changed) => Object.assign(changed, { port: '1', password, username: give.text('user') })),
    change((changed) => Object.assign(changed, { port: '1', search: `password=${password}` })),
    change((changed) => Object.assign(changed, { pathname: '/no_such_database' })),
    change((changed) => Object.assign(changed, { search: `sslaccept=${password}` })),
    `postgresql://${give.text('user')}:${password}@[not a host/database`,
    `postgresql://${give.text('user')}:12/${password}@localhost/database`,
    `mysql://${give.text('user')}:${password}@localhost/database`,
    `${give.text('user')}:${password}@localhost/database`,
    password,
  ];
}

export function nobodyAt(url: string): string {
  const changed = new URL(url);
  changed.port = '1';
  return changed.href;
}

export function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
}

export function withOptions(url: string, options: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', options);
  return changed.href;
}

/** Ends the sessions that sleep, as soon as there is one. */
async function cutOff(adminUrl: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    for (let cut = 0; cut === 0; ) {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'`,
      );
      cut = rowCount ?? 0;
    }
  } finally {
    await admin.end();
  }
}
