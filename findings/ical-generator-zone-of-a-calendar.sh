#!/usr/bin/env bash
# ical-generator 10.2.0, Node 20.
#
# A calendar with `timezone: 'Europe/Berlin'` and an event whose start is a Date: 2026-07-01T08:00:00Z, 10:00 in Berlin.
# Expected: DTSTART;TZID=Europe/Berlin:20260701T100000 on every machine, since a Date is an instant; or UTC, with a Z.
# Seen: DTSTART has neither TZID nor Z, which makes it a floating time, another instant for each reader, and its digits are
#   the local time of the process that wrote it: T080000 under TZ=UTC, T040000 under America/New_York. EXDATE of the same
#   event has the TZID, with the same digits, so that it is two hours off in UTC. With `timezone` at the event, DTSTART has
#   the TZID and the digits are still those of the process. Without `timezone` all is in UTC and right everywhere.
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ical-generator@10.2.0 >/dev/null
cat > event.mjs <<'JS'
import ical from 'ical-generator';
const day = (text) => new Date(`2026-07-${text}T08:00:00Z`);
const repeating = { freq: 'DAILY', count: 3, exclude: [day('02')] };
const write = (ofCalendar, ofEvent) => {
  const calendar = ical(ofCalendar);
  calendar.createEvent({ start: day('01'), summary: 'lesson', repeating, ...ofEvent });
  return calendar.toString().split('\r\n').filter((line) => /^(DTSTART|EXDATE)/.test(line)).join(' ');
};
const timezone = 'Europe/Berlin';
console.log(`${process.env.TZ}
calendar: ${write({ timezone }, {})}
event: ${write({}, { timezone })}
none: ${write({}, {})}`);
JS
seen=$(for zone in UTC America/New_York; do TZ=$zone node event.mjs; done)
echo "$seen"
[ "$seen" = 'UTC
calendar: DTSTART:20260701T080000 EXDATE;TZID=Europe/Berlin:20260702T080000
event: DTSTART;TZID=Europe/Berlin:20260701T080000 EXDATE;TZID=Europe/Berlin:20260702T080000
none: DTSTART:20260701T080000Z EXDATE:20260702T080000Z
America/New_York
calendar: DTSTART:20260701T040000 EXDATE;TZID=Europe/Berlin:20260702T040000
event: DTSTART;TZID=Europe/Berlin:20260701T040000 EXDATE;TZID=Europe/Berlin:20260702T040000
none: DTSTART:20260701T080000Z EXDATE:20260702T080000Z' ]
