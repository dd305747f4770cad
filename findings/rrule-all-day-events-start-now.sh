#!/usr/bin/env bash
# rrule 2.8.1 (rrulestr), Node 20.
#
# A recurring event whose start names its type: DTSTART;VALUE=DATE, as calendars write events of whole days, and
# DTSTART;VALUE=DATE-TIME, the default spelt out.
# Expected: the first is midnight of that day and the second that time; or an error, as the library has for a property or a
#           parameter that it does not know (RDATE;VALUE=PERIOD).
# Seen: both lines are passed over without an error, and the series starts at the second in which it is read, anew each time.
#       DTSTART:20200106 without the parameter is midnight UTC, and EXDATE and RDATE do take VALUE=DATE. An EXDATE whose
#       TZID is another than the start's excludes nothing, though it names the same instant.
# Exits 0 while that is so.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rrule@2.8.1 >/dev/null
cat >look.cjs <<'JS'
const { rrulestr } = require('rrule');
const dates = (...lines) => {
  try {
    return rrulestr([...lines, 'RRULE:FREQ=WEEKLY;COUNT=2'].join('\n')).all().map((date) => date.toISOString().slice(0, 13));
  } catch (error) {
    return [error.message];
  }
};
const seen = {
  'DTSTART;VALUE=DATE': dates('DTSTART;VALUE=DATE:20200106'),
  'DTSTART;VALUE=DATE-TIME': dates('DTSTART;VALUE=DATE-TIME:20200106T090000Z'),
  'DTSTART:20200106': dates('DTSTART:20200106'),
  'EXDATE;VALUE=DATE': dates('DTSTART:20200106', 'EXDATE;VALUE=DATE:20200113'),
  'EXDATE;TZID of the start': dates('DTSTART;TZID=Europe/Berlin:20200106T090000', 'EXDATE;TZID=Europe/Berlin:20200113T090000'),
  'EXDATE;TZID of another': dates('DTSTART;TZID=Europe/Berlin:20200106T090000', 'EXDATE;TZID=America/New_York:20200113T030000'),
  'RDATE;VALUE=PERIOD': dates('DTSTART:20200106', 'RDATE;VALUE=PERIOD:20200201T090000Z/PT1H'),
};
console.log(seen);
const [ofDate, ofTime, plain, excluded, same, other, period] = Object.values(seen);
const startsNow = (list) => list.length === 2 && !list[0].startsWith('2020');
const asSeen = startsNow(ofDate) && startsNow(ofTime) && plain[0] === '2020-01-06T00' && excluded.length === 1 &&
  same.length === 1 && other.length === 2 && period[0].startsWith('unsupported');
process.exitCode = asSeen ? 0 : 1;
JS
TZ=UTC node look.cjs
