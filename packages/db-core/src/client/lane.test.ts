import { EventEmitter } from 'node:events';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callersContext } from './callers-context.js';
import { Lane, STUCK_MS } from './lane.js';
import type { Session } from './session.js';

// Time goes on only when a test says so: no machine is slow enough to make a lane stuck here.
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** A lane over a session whose server answers when it is told to. */
function laneOfServer() {
  const unanswered: ((error: null, result: QueryResult) => void)[] = [];
  const session = Object.assign(new EventEmitter(), {
    pipeline: false,
    connection: { stream: { cork() {}, uncork() {} } },
    query: (_: QueryConfig, answered: (typeof unanswered)[number]) => unanswered.push(answered),
    release() {},
  }) as unknown as PoolClient & Session;
  const lane = new Lane(
    {
      isOpen: true,
      hasRoom: true,
      isCrowded: false,
      patience: 30_000,
      take: (taken) => taken(undefined, session),
      alone: () => expect.unreachable('no read was lost'),
    },
    () => {},
  );
  const send = (count: number) => {
    for (let sent = 0; sent < count; sent += 1)
      lane.add({
        query: { text: 'SELECT' },
        caller: callersContext(),
        since: performance.now(),
        resolve() {},
        reject: (error) => expect.unreachable(String(error)),
        copies: 0,
        over: false,
      });
  };
  const answerAfter = (ms: number) => {
    vi.advanceTimersByTime(ms);
    unanswered.shift()?.(null, {} as QueryResult);
  };
  /** How many milliseconds without an answer make the lane stuck. */
  const patience = () => {
    for (let ms = 0; ms < 10_000; ms += 1) {
      if (lane.isStuck(performance.now() + ms)) return ms;
    }
    return expect.unreachable('it is never stuck');
  };
  return { lane, send, answerAfter, patience };
}

test('a lane without anything on its way is never stuck', () => {
  const { lane } = laneOfServer();

  expect(lane.isStuck(performance.now() + 60_000)).toBe(false);
});

test('a lane whose first answer does not come is stuck soon', () => {
  const { send, patience } = laneOfServer();
  send(2);

  expect(patience()).toBe(STUCK_MS + 1);
});

test('where answers usually take longer, a lane is given longer', () => {
  const { send, answerAfter, patience } = laneOfServer();
  send(100);
  for (let answer = 0; answer < 99; answer += 1) answerAfter(5);

  expect(patience()).toBeGreaterThan(STUCK_MS + 5 * 7);
  expect(patience()).toBeLessThanOrEqual(STUCK_MS + 5 * 8 + 1);
});

test('one very slow answer says little about the next', () => {
  const { send, answerAfter, patience } = laneOfServer();
  send(100);
  for (let answer = 0; answer < 50; answer += 1) answerAfter(0);
  answerAfter(60_000);

  expect(patience()).toBeLessThanOrEqual(2 * STUCK_MS + 1);
});
