/** Names of the zone that is UTC all year; Debian's initdb writes `Etc/UTC`. */
const UTC = /^(?:Etc\/)?(?:UTC|UCT|Universal|Zulu|GMT|GMT[+-]?0|Greenwich)$/i;

export function isUtc(timeZone: string): boolean {
  return UTC.test(timeZone);
}
