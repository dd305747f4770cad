import { describe } from '../values/describe.js';

/**
 * Text that is no id of the named entity. Answer it with 400 or 404, never with 500.
 *
 * Tell it by `code`: `instanceof` fails where a process has loaded both builds of this package. The text
 * itself is not kept, because ids arrive from outside and an error ends up in logs.
 */
export class InvalidIdError extends Error {
  override readonly name = 'InvalidIdError';
  readonly code = 'ID_INVALID';
  readonly entity: string;

  constructor(entity: string, received: unknown) {
    super(`Not a valid ${entity} id: expected a UUID, got ${describe(received)}.`);
    this.entity = entity;
  }
}
