import { repositoryRoot } from '@codezest/schema-docs';
import { lint } from './lint.js';
import { reportFindings } from './report.js';
import { readRepository } from './repository.js';
import { ownRules } from './rules/index.js';
import { squawkRules } from './squawk.js';

const started = performance.now();
const files = await readRepository();
if (files.length === 0) throw new Error('no migrations found');

const findings = lint(files, repositoryRoot);
if (findings.length > 0) console.log(reportFindings(findings));
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
const rules = ownRules.length + squawkRules.length;
const backfills = files.filter(({ migration }) => migration.kind === 'data').length;
console.log(
  `${files.length - backfills} migrations, ${backfills} backfills, ${rules} rules, ${findings.length} findings (${seconds} s)`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
