#!/usr/bin/env bash
# Node's own time zone and locale, handed back to the Intl that reported them.
#
# Versions: npm's node 20.20.2 and 24.21.0.
# Expected: resolvedOptions() reports a zone and a locale that the Intl of the same process takes, and TZ=GMT has one name.
# Seen: with TZ='' (and with a TZ that names no zone) Node reports the zone Etc/Unknown, for which Intl.DateTimeFormat
#   throws a RangeError, in both versions. With LC_ALL=de_DE@euro it reports de-DE-x-lvariant-euro, which
#   Intl.getCanonicalLocales and every formatter refuse, although the tag is well-formed. With TZ=GMT version 20 reports
#   UTC and version 24 reports +00:00, an offset, and with TZ=GMT+5 they report GMT+05:00 and +05:00, which PostgreSQL reads
#   as five hours WEST of Greenwich (POSIX) where Node means east.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 20.20.2 24.21.0; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node@$version" > /dev/null
done

cat > report.cjs <<'JS'
const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
const taken = (work) => {
  try {
    work();
    return 'taken';
  } catch {
    return 'refused';
  }
};
const zone = taken(() => new Intl.DateTimeFormat('en', { timeZone }));
const tag = taken(() => Intl.getCanonicalLocales(locale));
console.log(process.env.ASK === 'locale' ? `${locale} ${tag}` : `${timeZone} ${zone}`);
JS

seen=$(for version in 20.20.2 24.21.0; do
  node=$(find "$version" -path '*bin/node' -type f -perm -u+x | head -n 1)
  echo "$version TZ='': $(TZ='' "$node" report.cjs)"
  echo "$version TZ=GMT: $(TZ=GMT "$node" report.cjs)"
  echo "$version TZ=GMT+5: $(TZ=GMT+5 "$node" report.cjs)"
  echo "$version LC_ALL=de_DE@euro: $(LC_ALL=de_DE@euro ASK=locale "$node" report.cjs)"
done)
echo "$seen"

[ "$seen" = "20.20.2 TZ='': Etc/Unknown refused
20.20.2 TZ=GMT: UTC taken
20.20.2 TZ=GMT+5: GMT+05:00 refused
20.20.2 LC_ALL=de_DE@euro: de-DE-x-lvariant-euro refused
24.21.0 TZ='': Etc/Unknown refused
24.21.0 TZ=GMT: +00:00 taken
24.21.0 TZ=GMT+5: +05:00 taken
24.21.0 LC_ALL=de_DE@euro: de-DE-x-lvariant-euro refused" ]
