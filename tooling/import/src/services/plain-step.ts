import type { Context, Row, Step } from '../engine/step.js';
import type { JsonObject } from '../json.js';
import { Values } from '../values/values.js';

/** A table that becomes one table, row by row. */
export function plainStep(
  table: string,
  from: string,
  row: (values: Values, context: Context) => Row,
  more: Partial<Step> = {},
): Step {
  return {
    name: table,
    from,
    targets: [{ table }],
    convert: (source: JsonObject, context: Context) => ({
      [table]: [row(new Values(source, from, context.notes), context)],
    }),
    ...more,
  };
}
