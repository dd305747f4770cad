import { SERVICES, type Service } from '@codezest/local-databases';
import pc from 'picocolors';
import type { DatabaseUrls, PreparedService } from './preparation.js';
import type { Happening } from './stage.js';

const COLOR = {
  auth: pc.cyan,
  learning: pc.green,
  payments: pc.yellow,
  notifications: pc.magenta,
  activity: pc.blue,
};

/** What a person sees. */
export const screen = {
  title(): void {
    console.log(`\n${pc.bold('codezest-db')}  five databases, one learner\n`);
  },
  notice(text: string): void {
    console.log(pc.yellow(`  ${text}`));
  },
  prepared({ service, applied, rows, durationMs }: PreparedService): void {
    const migrated = applied.length === 0 ? 'up to date' : 'migrated';
    const seeded = rows === 0 ? 'seeded before' : `${rows.toLocaleString('en-US')} rows seeded`;
    console.log(
      `  ${pc.green('✔')} ${label(service)} ${migrated}, ${seeded}  ${pc.dim(duration(durationMs))}`,
    );
  },
  happened({ chapter, service, what, detail, rows, milliseconds }: Happening, firstOfChapter: boolean): void {
    if (firstOfChapter) console.log(`\n${pc.bold(chapter)}`);
    const written = rows === 0 ? 'read' : `${rows} ${rows === 1 ? 'row' : 'rows'}`;
    console.log(`  ${label(service)} ${what}  ${pc.dim(`${written}, ${duration(milliseconds)}`)}`);
    if (detail) console.log(`  ${' '.repeat(13)} ${pc.dim(detail)}`);
  },
  summary(happenings: readonly Happening[]): void {
    const services = new Set(happenings.map(({ service }) => service)).size;
    const rows = happenings.reduce((sum, happening) => sum + happening.rows, 0);
    const total = happenings.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    console.log(
      `\n${pc.bold(`${happenings.length} steps, ${rows} rows, ${services} databases, ${duration(total)}`)}`,
    );
  },
  running(urls: DatabaseUrls, stopsAtEnd: boolean): void {
    console.log();
    tellUrls(urls);
    console.log(
      pc.dim(
        `\nRunning. \`npm run databases urls\` prints these with their password.\n${
          stopsAtEnd ? 'Ctrl-C stops them; the data stays.' : 'Ctrl-C ends this command; they ran before it.'
        }`,
      ),
    );
  },
  stopped(): void {
    console.log(pc.dim('\nStopped.'));
  },
  lookFurther(urls: DatabaseUrls, stopped: boolean): void {
    console.log(`
${pc.bold('Look further')}
  npm run dev                  keeps the databases running, with this data in them
  npm run studio auth          one of them in the browser: auth, learning, payments, notifications, activity
  npm run databases urls       starts them and prints the connection strings, for psql or an .env file
`);
    tellUrls(urls);
    if (!process.env.ACTIVITY_MONGODB_URL) {
      console.log(
        pc.dim(
          '\n  Left out: the raw log in MongoDB. Set ACTIVITY_MONGODB_URL (mongodb://…/codezest_activity) to include it.',
        ),
      );
    }
    if (stopped) console.log(pc.dim('\n  The local PostgreSQL is stopped again; its data stays in .local.'));
  },
};

function tellUrls(urls: DatabaseUrls): void {
  for (const service of SERVICES) console.log(`  ${label(service)} ${withoutPassword(urls[service])}`);
}

function label(service: Service): string {
  return COLOR[service](service.padEnd(13));
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.toString();
}
