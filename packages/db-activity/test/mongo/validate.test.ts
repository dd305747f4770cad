import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityLogs } from '../../src/mongo/activity-logs.js';
import { collectionSpecs } from '../../src/mongo/collections.js';
import { DocumentInvalidError } from '../../src/mongo/errors.js';
import type { CollectionSpec } from '../../src/mongo/spec.js';
import { validate } from '../../src/mongo/validate.js';
import { bsonVerdict } from './bson-verdict.js';
import { mutatedDocuments, validDocuments } from './documents.js';

describe.each(collectionSpecs)('$name', (spec) => {
  it('takes 1000 documents of its schema', () => {
    fc.assert(
      fc.property(validDocuments(spec), (document) => {
        expect(() => validate(spec, document)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses 1000 documents with one thing wrong', () => {
    fc.assert(
      fc.property(mutatedDocuments(spec), (document) => {
        expect(() => validate(spec, document)).toThrow(DocumentInvalidError);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read the same way by another implementation, on the BSON that is sent', () => {
    const verdicts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(validDocuments(spec), mutatedDocuments(spec)), (document) => {
        const taken = isTaken(spec, document);
        verdicts[taken ? 'taken' : 'refused'] += 1;
        expect(bsonVerdict(spec, document)).toBe(taken);
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(500);
  });
});

it('says which rule of which field, and nothing of the value', () => {
  const document = {
    _id: 'secret',
    schemaVersion: 1,
    action: 'Secret',
    at: 'secret',
    expireAt: new Date(),
    pin: 'secret',
  };

  const refusal = refusalOf(() => validate(activityLogs, document));

  expect(refusal.code).toBe('DOCUMENT_INVALID');
  expect(refusal.rules).toEqual(
    expect.arrayContaining([
      'userId is missing',
      '_id breaks pattern',
      'action breaks pattern',
      'at breaks bsonType',
      'has a field that the collection has not',
    ]),
  );
  expect(refusal.message.toLowerCase()).not.toContain('secret');
});

function isTaken(spec: CollectionSpec, document: object): boolean {
  try {
    validate(spec, document);
    return true;
  } catch (error) {
    if (error instanceof DocumentInvalidError) return false;
    throw error;
  }
}

function refusalOf(work: () => void): DocumentInvalidError {
  try {
    work();
  } catch (error) {
    if (error instanceof DocumentInvalidError) return error;
  }
  throw new Error('nothing was refused');
}
