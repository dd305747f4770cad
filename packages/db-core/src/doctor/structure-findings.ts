import { connectionSettings } from '../client/connection-settings.js';
import { openSession } from '../client/session.js';
import { differenceOf, dumpObjects, objectsIn } from '../structure/index.js';
import { type Finding, listed } from './findings.js';

export interface DatabaseShape {
  /** Structure of the database, as `dumpObjects` writes it. */
  readonly objects: string;
  readonly database: string;
  /** Whether every role of the server may enter. */
  readonly open: boolean;
  /** Minutes that each zone is ahead of UTC at the moment, by the server's data. */
  readonly zones: ReadonlyMap<string, number>;
}

export async function databaseShape(url: string, applicationName: string): Promise<DatabaseShape> {
  const client = await openSession(connectionSettings(url, applicationName).pool);
  try {
    const { rows: access } = await client.query<{ database: string; open: boolean }>(
      `SELECT datname AS database, EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) a
         WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT') AS open
       FROM pg_database WHERE datname = current_database()`,
    );
    const { rows: zones } = await client.query<{ name: string; minutes: number }>(
      'SELECT name, (extract(epoch FROM utc_offset) / 60)::int AS minutes FROM pg_timezone_names',
    );
    return {
      objects: await dumpObjects(client),
      database: access[0]?.database ?? '',
      open: access[0]?.open ?? false,
      zones: new Map(zones.map(({ name, minutes }) => [name, minutes])),
    };
  } finally {
    await client.end();
  }
}

/** Rules that somebody has dropped or changed do their work no more, and nothing else would say so. */
export function objectsFinding(shape: DatabaseShape, structure: string, command: string): Finding {
  const expected = objectsIn(structure);
  const { gone, changed } = differenceOf(expected, objectsIn(shape.objects));
  if (gone.length > 0)
    return {
      check: 'objects',
      result: 'problem',
      finding: `gone: ${listed(gone)}`,
      remedy: `Their statements stand in this package's prisma/migrations (${command} migrate --dry-run --sql on an empty database prints them): run them again as the owner, and look for rows that the rules would have refused.`,
    };
  if (changed.length > 0)
    return {
      check: 'objects',
      result: 'warning',
      finding: `not as this package made them: ${listed(changed)}`,
      remedy: `Compare them with this package's prisma/migrations, and make them anew as the owner where they differ.`,
    };
  return { check: 'objects', result: 'ok', finding: `all ${expected.size} are there` };
}

/** A dump that is restored without --create leaves the new database open to every role of the server. */
export function accessFinding({ open, database }: DatabaseShape, command: string): Finding {
  if (!open) return { check: 'access', result: 'ok', finding: 'only roles that were let in may enter' };
  return {
    check: 'access',
    result: 'warning',
    finding: `every role of the server may enter ${database}, those of other services too`,
    remedy: `${command} roles --apply; or, as the owner: REVOKE CONNECT, TEMPORARY ON DATABASE "${database}" FROM PUBLIC;`,
  };
}

/** Both sides turn local times into instants, each by its own copy of the zones' rules. */
export function zoneDataFinding({ zones }: DatabaseShape, now: Date): Finding {
  const apart = Intl.supportedValuesOf('timeZone').flatMap((zone) => {
    const here = minutesAhead(zone, now);
    const there = zones.get(zone);
    return there === undefined || there === here ? [] : [`${zone} (${Math.abs(there - here)} min)`];
  });
  if (apart.length === 0)
    return { check: 'zone data', result: 'ok', finding: 'the same offsets in the server and in Node' };
  return {
    check: 'zone data',
    result: 'warning',
    finding: `server and Node (tz ${process.versions.tz}) are apart in ${listed(apart)}`,
    remedy:
      'Bring the older one up to date: the tzdata package or a minor release of PostgreSQL, or a release of Node.',
  };
}

function minutesAhead(timeZone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
  const [, sign, hours = 0, minutes = 0] =
    /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ??
    [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
