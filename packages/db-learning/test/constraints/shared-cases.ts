import type { ConstraintCase } from '@codezest/constraint-tests';
import { type Columns, id, type Row } from './rows.js';

export function belowZero(table: string, column: string, given: string, row: Row): ConstraintCase {
  return {
    object: `${table}_${column}_not_negative_check`,
    given,
    refused: row({ [column]: '-1' }),
    allowed: row({ [column]: '0' }),
  };
}

/** Two cases: one for either end. */
export function outsidePercent(object: string, column: string, given: string, row: Row): ConstraintCase[] {
  return [
    { object, given, refused: row({ [column]: '-1' }), allowed: row({ [column]: '0' }) },
    { object, given, refused: row({ [column]: '101' }), allowed: row({ [column]: '100' }) },
  ];
}

/** AI needs a model, MANUAL a person, HYBRID both. */
export function namelessAuthor(object: string, given: string, row: Row): ConstraintCase[] {
  const model = { ai_model: 'tutor-1', analyzed_by: null };
  const person = { ai_model: null, analyzed_by: id(9) };
  const both = { ...model, ...person, ai_model: 'tutor-1' };
  const pairs: [type: string, refused: Columns, allowed: Columns][] = [
    ['AI', person, both],
    ['MANUAL', model, person],
    ['HYBRID', model, both],
    ['HYBRID', person, both],
  ];
  return pairs.map(([analysis_type, refused, allowed]) => ({
    object,
    given,
    refused: row({ analysis_type, ...refused }),
    allowed: row({ analysis_type, ...allowed }),
  }));
}
