#!/usr/bin/env bash
# otpauth 9.5.2, Node 20.
#
# A TOTP whose issuer, or whose label without an issuer, has a colon, written as otpauth:// and read again by the same library.
# Expected: it comes back as it was, because the library escapes the colon (%3A) and sets a bare one between the two; or the
#           constructor refuses it, since the format has no colon in an issuer.
# Seen: the path is unescaped before it is split at its first colon. The issuer "School: Berlin" comes back, but what is
#       left of it goes to the label (" Berlin:jane@…"). A label "urn:user:5" without an
#       issuer comes back with the issuer "urn"; with an issuer it is right. The codes stay the same.
# Exits 0 while that is so.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund otpauth@9.5.2 >/dev/null
cat >look.mjs <<'JS'
import { TOTP, URI } from 'otpauth';
const again = (issuer, label) => {
  const back = URI.parse(new TOTP({ issuer, label, secret: 'JBSWY3DPEHPK3PXP' }).toString());
  return `${back.issuer} | ${back.label}`;
};
const seen = [again('School: Berlin', 'jane@school.example'), again('', 'urn:user:5'), again('School', 'urn:user:5')];
console.log(seen);
const expected = ['School: Berlin |  Berlin:jane@school.example', 'urn | user:5', 'School | urn:user:5'];
process.exitCode = seen.join() === expected.join() ? 0 : 1;
JS
node look.mjs
