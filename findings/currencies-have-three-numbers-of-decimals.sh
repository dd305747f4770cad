#!/usr/bin/env bash
# Intl of npm's node 20.20.2 and 24.21.0, currency-codes 2.2.0, dinero.js 2.0.2.
#
# How many decimals a currency has, for amounts that are kept in the minor unit: 1250 of HUF is 12.50.
# Expected: all three have the number of ISO 4217, Intl as well, whose specification (ECMA-402, CurrencyDigits) takes it
#   from there.
# Seen: Intl of both versions has CLDR's digits of everyday use instead. Of the 164 currencies that the lists of both
#   packages hold, 16 have 0 decimals where ISO has 2 or 3, among them HUF, COP, IDR, PKR, ALL and IQD: 12.50 HUF reads as
#   "HUF 13", and decimals taken from resolvedOptions() make 1250 forints of it. dinero.js has MGA and MRU as base 5 with
#   exponent 1 (5 iraimbilanja are an ariary) where ISO counts 2, so MGA has three answers: 0, 1 and 2.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund currency-codes@2.2.0 dinero.js@2.0.2 > /dev/null
for version in 20.20.2 24.21.0; do
  npm install --silent --no-audit --no-fund --prefix "$version" "node@$version" > /dev/null
done

cat > compare.mjs <<'JS'
import iso from 'currency-codes';
import * as dinero from 'dinero.js';
const intl = (currency) => new Intl.NumberFormat('en', { style: 'currency', currency });
const digits = (code) => intl(code).resolvedOptions().maximumFractionDigits;
const shared = iso.data.filter(({ code }) => dinero[code]);
const fewer = shared.filter((entry) => digits(entry.code) !== entry.digits).map(({ code }) => code);
const bases = shared.filter(({ code }) => dinero[code].base !== 10).map(({ code }) => code);
console.log(shared.length, fewer.join(' '));
console.log(intl('HUF').format(12.5).replace('\u00a0', ' '), 'MGA', digits('MGA'), dinero.MGA.exponent, iso.code('MGA').digits, 'base 5:', bases.join(' '));
JS

seen=$(for version in 20.20.2 24.21.0; do
  node=$(find "$version" -path '*bin/node' -type f -perm -u+x | head -n 1)
  "$node" compare.mjs
done)
echo "$seen"
once='164 AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK PKR SOS SYP YER
HUF 13 MGA 0 1 2 base 5: MGA MRU'
[ "$seen" = "$once
$once" ]
