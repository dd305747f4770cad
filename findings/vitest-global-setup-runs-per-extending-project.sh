#!/usr/bin/env bash
# vitest 4.1.12, Node 20.
#
# One vitest.config has `globalSetup` and two `projects`, both with `extends: true` (say, one with `isolate: false` and one
# without).
# Expected: the setup is global, so it runs once for the run; or once for each project, twice.
# Seen: it runs three times, once for the root, which has no test of its own, and once for each project that extends it,
# all in the same process, and so do three teardowns. What it starts, it starts three times: a database server, say. A
# project without `extends` does not run it.
#
# Exits 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund vitest@4.1.12

cat > setup.mjs <<'JS'
export function setup() {
  console.log(`setup in ${process.pid}`);
  return () => console.log(`teardown in ${process.pid}`);
}
JS
for name in one two; do
  echo "import { test } from 'vitest'; test('$name', () => {});" > "$name.test.mjs"
done

run() {
  cat > vitest.config.mjs <<JS
import { defineConfig } from 'vitest/config';
export default defineConfig({
  test: {
    globalSetup: ['./setup.mjs'],
    projects: [
      { $1 test: { name: 'one', include: ['one.test.mjs'] } },
      { $1 test: { name: 'two', include: ['two.test.mjs'] } },
    ],
  },
});
JS
  npx vitest run --reporter=dot > output.txt 2>&1
  echo "$(grep -c '^setup in' output.txt) setups and $(grep -c '^teardown in' output.txt) teardowns in $(grep -oE '(setup|teardown) in [0-9]+' output.txt | grep -oE '[0-9]+' | sort -u | wc -l) process"
}

extending=$(run 'extends: true,')
alone=$(run '')
echo "two projects that extend the root: $extending"
echo "two projects that do not: $alone"
[ "$extending" = '3 setups and 3 teardowns in 1 process' ] && [ "$alone" = '1 setups and 1 teardowns in 1 process' ]
