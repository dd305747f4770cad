#!/usr/bin/env bash
# bson 7.3.4, by way of mongodb 7.9.0, Node 20. No server is needed.
#
# What the driver writes for values that BSON has no room for: an invalid Date, and a bigint outside of int64.
# Expected: an error, as bson gives for a Decimal128 with too many digits and Date.prototype.toISOString for an invalid
#           date; or null, as JSON.stringify writes it.
# Seen: neither. `new Date(NaN)` is written as 1970-01-01T00:00:00Z, and 2n ** 63n as -9223372036854775808: the value wraps
#       around, and 2n ** 64n + 5n becomes 5. EJSON makes a third thing of the date, {"$numberLong":"NaN"} in it.
# Exits 0 while that is so.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mongodb@7.9.0 bson@7.3.4 >/dev/null
cat >look.cjs <<'JS'
const { BSON } = require('mongodb');
const back = (value) => {
  try {
    return BSON.deserialize(BSON.serialize({ value }), { useBigInt64: true }).value;
  } catch (error) {
    return error.name;
  }
};
const attempt = (work) => { try { return work(); } catch (error) { return error.name; } };
const day = new Date(Number.NaN);
const seen = [back(day).toISOString?.(), BSON.EJSON.stringify(day), back(2n ** 63n), back(2n ** 64n + 5n)].map(String);
console.log(seen);
const expected = ['1970-01-01T00:00:00.000Z', '{"$date":{"$numberLong":"NaN"}}', '-9223372036854775808', '5'];
process.exitCode = seen.join() === expected.join() ? 0 : 1;
JS
node look.cjs
