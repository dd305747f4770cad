import { describe, expect, it } from 'vitest';
import { isTimeZone, parseTimeZone, timeZoneNames, UnknownTimeZoneError } from './time-zone.js';

const accepted: [text: string, zone: string][] = [
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/BERLIN', 'Europe/Berlin'],
  // Chrome and Node report the old names, Firefox the present ones.
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['Japan', 'Asia/Tokyo'],
  ['Iceland', 'Atlantic/Reykjavik'],
  ['Europe/Oslo', 'Europe/Oslo'],
  ['EST5EDT', 'America/New_York'],
  ['CET', 'Europe/Brussels'],
  ['GMT', 'UTC'],
  ['Etc/GMT', 'UTC'],
  ['GMT+0', 'UTC'],
  ['Zulu', 'UTC'],
  // Node with TZ=GMT, from version 22 on, and with TZ=''.
  ['+00:00', 'UTC'],
  ['Etc/Unknown', 'UTC'],
  ['+05:00', 'Etc/GMT-5'],
  ['-03', 'Etc/GMT+3'],
  ['+1400', 'Etc/GMT-14'],
  ['GMT+05:00', 'Etc/GMT-5'],
  ['Etc/GMT-5', 'Etc/GMT-5'],
];

// IST is India for Intl and Israel for PostgreSQL; Foo7 and UTC+3 are POSIX rules; no name has minutes.
const refused = [
  'IST',
  'CST',
  'BST',
  'PST',
  'Foo7',
  'UTC+3',
  'GMT+5',
  'Europe/Nowhere',
  '+05:30',
  '+15:00',
  '-13:00',
];
const nonsense = [
  '',
  ' UTC',
  'UTC\n',
  'Factory',
  'localtime',
  'constructor',
  'Euro:pe/Berlin',
  'asia/\u212aolkata',
  'UTC\0',
];

describe('parseTimeZone', () => {
  it.each(accepted)('reads %s as %s', (text, zone) => {
    expect(parseTimeZone(text)).toBe(zone);
    expect(isTimeZone(zone)).toBe(true);
    expect(isTimeZone(text)).toBe(text === zone);
  });

  it.each([...refused, ...nonsense, undefined, null, 5])('refuses %j', (text) => {
    expect(() => parseTimeZone(text as string)).toThrow(UnknownTimeZoneError);
    expect(isTimeZone(text)).toBe(false);
  });

  it('knows every zone that this Intl lists, and its name for each name', () => {
    const listed = Intl.supportedValuesOf('timeZone');
    const reported = [...listed, ...timeZoneNames().values()].map(
      (timeZone) => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone,
    );

    expect(listed.length).toBeGreaterThan(400);
    for (const name of [...listed, ...reported]) expect(isTimeZone(parseTimeZone(name)), name).toBe(true);
  });

  it('agrees with Intl on which names are one zone', () => {
    const zoneOf = (timeZone: string) =>
      new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    for (const [name, zone] of timeZoneNames()) {
      if (name !== 'etc/unknown') expect(zoneOf(name), name).toBe(zoneOf(zone));
    }
  });
});
