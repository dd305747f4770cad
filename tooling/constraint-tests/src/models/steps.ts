import fc from 'fast-check';
import type { Row } from '../machines/row.js';
import { statesOf } from '../machines/state-machine.js';
import type { History, Model } from './model.js';

/** What is tried next. `on` counts the rows from the newest, because older ones have mostly come to their end. */
export type Step =
  | { readonly step: 'write'; readonly on: number; readonly to?: string; readonly set: Row }
  | { readonly step: 'insert'; readonly in: string; readonly set: Row }
  | { readonly step: 'call'; readonly call: string; readonly on: number; readonly args: unknown };

const LONGEST_HISTORY = 60;

/**
 * A row in any state and what follows: nine raw writes to a call, most of them as their state asks, with up to two
 * columns off.
 */
export function historyOf<Own extends History>(model: Model<Own>): fc.Arbitrary<Step[]> {
  const on = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat({ max: 11 }) },
  );
  const state = fc.constantFrom(...statesOf(model.machine));
  const column = Object.entries(model.values).map(([name, values]) =>
    fc.constantFrom(...values).map((value): Row => ({ [name]: value })),
  );
  const columns = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...column) },
    { weight: 2, arbitrary: fc.constantFrom(...model.often) },
  );
  const off = (minLength: number, maxLength: number) =>
    fc.array(columns, { minLength, maxLength }).map((rows): Row => Object.assign({}, ...rows));

  const write = fc.constant('write' as const);
  const insert = fc.constant('insert' as const);
  const move = fc.record({ step: write, on, to: state, set: fc.oneof(off(0, 0), off(0, 2)) });
  const change = fc.record({ step: write, on, set: off(1, 2) });
  const begin = fc.record({ step: insert, in: state, set: fc.oneof(off(0, 0), off(0, 2)) });
  const calls = Object.entries(model.calls).map(
    ([name, { arguments: args = fc.constant<unknown>(undefined) }]) =>
      fc.record({ step: fc.constant('call' as const), call: fc.constant(name), on, args }),
  );
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 10, arbitrary: move },
    { weight: 5, arbitrary: change },
    { weight: 3, arbitrary: begin },
    { weight: 2, arbitrary: fc.oneof(...calls) },
  );
  const begun = model.first === undefined ? state : fc.constantFrom(...model.first);
  const first = fc.record({ step: insert, in: begun, set: off(0, 0) });
  return fc
    .tuple(first, fc.array(step, { maxLength: LONGEST_HISTORY - 1, size: 'max' }))
    .map(([beginning, rest]): Step[] => [beginning, ...rest]);
}
