import { expect, test } from 'vitest';
import { FAULTS } from '../chaos/faults.js';
import { runChaos } from '../chaos/run-chaos.js';

/** `pnpm test:chaos` does all of them for minutes. */
const SHORT = 9;

test('five services lose nothing and go on while connections, sessions and servers fail', async () => {
  const { recoveries, pools, contradictions, unexplained, died, acknowledged } = await runChaos({
    faults: FAULTS.slice(0, SHORT),
    lastsMs: 200,
    calmMs: 0,
    pauseMs: 25,
  });

  expect({ contradictions, unexplained, died }).toEqual({
    contradictions: [],
    unexplained: [],
    died: undefined,
  });
  // That they recover. How fast depends on the machine, and is what the long run measures.
  expect(recoveries).toHaveLength(SHORT);
  expect(recoveries.filter(({ ms }) => ms === Number.POSITIVE_INFINITY)).toEqual([]);
  expect(acknowledged).toBeGreaterThan(100);
  for (const { healthy, total, idle, waiting } of Object.values(pools ?? {}))
    expect({ healthy, busy: total - idle, waiting }).toEqual({ healthy: true, busy: 0, waiting: 0 });
  // Seconds on an idle machine; the limit ends only what hangs.
});
