#!/usr/bin/env bash
# npm argon2 0.45.1 (Node 20), beside hash-wasm 4.12.0.
# Expected: a PHC string of argon2id has its parameters in the order of the specification, m, t, p, whoever writes it, so that
#           an anchored pattern `m=…,t=…,p=…` takes every whole hash.
# Seen: argon2 0.45.1 writes m, p, t (sorted by name); hash-wasm writes m, t, p. A CHECK or a parser with a fixed order refuses the
#       hashes of the most used library for Node. Exits 0 while that is so.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund argon2@0.45.1 hash-wasm@4.12.0 >/dev/null 2>&1
cat >look.cjs <<'JS'
const argon2 = require('argon2');
const { argon2id } = require('hash-wasm');
const order = (hash) => hash.split('$')[3].replace(/=\d+/g, '');
(async () => {
  const native = order(await argon2.hash('correct horse', { memoryCost: 1024 }));
  const salt = Buffer.alloc(16, 1);
  const options = { password: 'correct horse', salt, parallelism: 1, iterations: 2, memorySize: 1024, hashLength: 32 };
  const wasm = order(await argon2id({ ...options, outputType: 'encoded' }));
  console.log(`argon2: ${native}; hash-wasm: ${wasm}`);
  process.exitCode = native === 'm,p,t' && wasm === 'm,t,p' ? 0 : 1;
})();
JS
node look.cjs
