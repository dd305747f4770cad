import { InvalidIdError } from './invalid-id-error.js';

/**
 * The id of one kind of row: a UUID in lower case that does not pass for the id of another kind.
 *
 * The brand is a property with a plain name, not a `unique symbol`: the ESM and the CommonJS declarations of
 * this package, or two versions of it, would each have a symbol of their own and refuse each other's ids. It
 * exists for the compiler alone, at run time an id is a string.
 */
export type Id<Entity extends string> = string & { readonly __idOf: Entity };

export type IsId<Entity extends string> = (value: unknown) => value is Id<Entity>;

export type ParseId<Entity extends string> = (text: string) => Id<Entity>;

// Any version: the clients make version 7, services bring version 4 of their own.
const canonicalUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/**
 * True for a UUID as PostgreSQL prints it. Upper case is refused here, because two spellings of one id would
 * not be `===`; `parse…Id` accepts it and lowers it.
 */
export function isId<Entity extends string>(value: unknown): value is Id<Entity> {
  return typeof value === 'string' && canonicalUuid.test(value);
}

/** The `parse…Id` of an entity: the one place where text from outside becomes an id. */
export function idParser<Entity extends string>(entity: Entity): ParseId<Entity> {
  return function parseId(text) {
    // JavaScript callers hand over anything; what is no text must not surface as a TypeError.
    const id: unknown = typeof text === 'string' ? text.toLowerCase() : text;
    if (isId<Entity>(id)) return id;
    throw new InvalidIdError(entity, text);
  };
}
