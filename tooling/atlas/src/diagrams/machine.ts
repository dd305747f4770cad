import type { Transitions } from '@codezest/schema-docs';
import { colors, svgOf } from './dot.js';

/** A state machine: states that nothing leads to have a bold border, states that lead nowhere a double one. */
export function machineDiagram({ steps }: Transitions, label: string): string {
  const targets = new Set([...steps.values()].flat());
  const states = [...new Set([...steps.keys(), ...targets])];
  const edges = [...steps].flatMap(([from, to]) => to.map((state) => [from, state] as const));
  const isBothWays = (from: string, to: string) => steps.get(to)?.includes(from) === true;
  return svgOf(
    [
      'graph [rankdir=LR nodesep=0.35 ranksep=0.7]',
      'node [shape=box style="rounded,filled" height=0.4]',
      ...states.map((state) => {
        const isFirst = !targets.has(state);
        const isLast = !steps.has(state);
        const look = isFirst ? ` fillcolor="${colors.head}" penwidth=2` : isLast ? ' peripheries=2' : '';
        return `"${state}" [id="state-${state}"${look}]`;
      }),
      // One line with two heads in place of two lines.
      ...edges
        .filter(([from, to]) => !(isBothWays(from, to) && to < from))
        .map(([from, to]) => `"${from}" -> "${to}"${isBothWays(from, to) ? ' [dir=both]' : ''}`),
    ],
    label,
  );
}
