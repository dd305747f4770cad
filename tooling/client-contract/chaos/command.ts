// `pnpm test:chaos`: minutes of faults under the load of five services, and what became of every call.
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.js';
import { runChaos } from './run-chaos.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    lasts: { type: 'string', default: '1500' },
    only: { type: 'string', default: '' },
  },
});
const lastsMs = Number(values.lasts);
const chosen = FAULTS.filter(({ name }) => name.includes(values.only));
/** What one fault takes, with recovery and calm. */
const EACH_MS = lastsMs + 2_500;
const rounds = Math.max(1, Math.round((Number(values.minutes) * 60_000) / (chosen.length * EACH_MS)));
const faults = Array.from({ length: rounds }, () => shuffled(chosen)).flat();

const started = performance.now();
const report = await runChaos({
  faults,
  lastsMs,
  calmMs: 1_000,
  pauseMs: 40,
  say: (line) => console.log(line),
});
const { operations, acknowledged, failures, recoveries, heapMb, residentMb } = report;
// How fast the machine is shows in the calls without a fault.
const slow = recoveries.filter(({ ms, calmMs, limitMs }) => ms > calmMs + limitMs);
const [heapBefore, heapAfter] = thirds(heapMb);
const [residentBefore, residentAfter] = thirds(residentMb);
const grows = heapAfter > heapBefore * 1.1 + 2;

console.log(`
${recoveries.length} faults in ${Math.round((performance.now() - started) / 1000)} s
calls          ${operations}, ${acknowledged} acknowledged, failed: ${JSON.stringify(failures)}
contradictions ${report.contradictions.length}
unexplained    ${report.unexplained.length}
recovery       ${Math.round(Math.max(...recoveries.map(({ ms }) => ms)))} ms at most, ${Math.round(median(recoveries.map(({ ms }) => ms)))} ms the median (${Math.round(median(recoveries.map(({ calmMs }) => calmMs)))} ms without a fault); ${slow.length} beyond the limit
heap           ${heapBefore.toFixed(1)} MB in the first third, ${heapAfter.toFixed(1)} MB in the last; resident ${residentBefore.toFixed(0)} and ${residentAfter.toFixed(0)} MB
process        ${report.died ?? 'alive to the end'}
pools          ${JSON.stringify(report.pools)}`);
for (const line of [...report.contradictions.slice(0, 20), ...report.unexplained]) console.log(`  ${line}`);
for (const { fault, ms, calmMs, who } of slow)
  console.log(`  ${fault}: ${Math.round(ms)} ms (${who}), ${Math.round(calmMs)} ms before`);
const wrong = [report.contradictions.length, report.unexplained.length, slow.length].some(
  (count) => count > 0,
);
process.exitCode = wrong || grows || report.died !== undefined ? 1 : 0;

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

/** Means of the first and of the last third. */
function thirds(values: readonly number[]): [number, number] {
  const size = Math.max(1, Math.floor(values.length / 3));
  return [mean(values.slice(0, size)), mean(values.slice(-size))];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
