import { clientAddress } from '@codezest/db-core';
import { parseEmailAddress, parsePhoneNumber, parseTimeZone } from '@codezest/db-types';
import { uuidOf } from '../engine/ids.js';
import type { Notes } from '../engine/notes.js';
import { isObject, type Json, type JsonObject } from '../json.js';

/**
 * Reads columns of one row of the source. What has no form in the new schema becomes null and a note; a required column is
 * the step's to refuse.
 */
export class Values {
  readonly row: JsonObject;
  readonly #table: string;
  readonly #notes: Notes;

  constructor(row: JsonObject, table: string, notes: Notes) {
    this.row = row;
    this.#table = table;
    this.#notes = notes;
  }

  lost(column: string, why: string): null {
    this.#notes.lost(`${this.#table}.${column}`, why);
    return null;
  }

  changed(column: string, why: string): void {
    this.#notes.changed(`${this.#table}.${column}`, why);
  }

  text(column: string): string | null {
    const value = this.row[column];
    return typeof value === 'string' ? value : null;
  }

  /** The text, and its beginning where it is longer than the new column takes. */
  cut(column: string, most: number): string | null {
    const text = this.text(column);
    if (text === null) return null;
    const characters = text.length > most ? [...text] : [];
    if (characters.length <= most) return text;
    this.changed(column, `cut to ${most} characters`);
    return characters.slice(0, most).join('');
  }

  flag(column: string, byDefault = false): boolean {
    const value = this.row[column];
    return typeof value === 'boolean' ? value : byDefault;
  }

  number(column: string): number | null {
    const value = this.row[column];
    return typeof value === 'number' ? value : null;
  }

  /** Whole numbers of a range; others are lost. */
  within(column: string, least: number, most: number): number | null {
    const value = this.number(column);
    if (value === null || (value >= least && value <= most)) return value;
    return this.lost(column, `outside of ${least} to ${most}`);
  }

  /** As the source has it, without a zone and in UTC. */
  time(column: string): string | null {
    return this.text(column);
  }

  url(column: string): string | null {
    const text = this.cut(column, 2048)?.trim() ?? null;
    if (text === null || text === '') return null;
    if (/^https?:\/\/\S+$/.test(text)) return text;
    if (/^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(text)) {
      this.changed(column, 'https:// added');
      return `https://${text}`;
    }
    return this.lost(column, 'not a URL of http or https');
  }

  phone(column: string): string | null {
    return this.#parsed(column, parsePhoneNumber, 'without the code of a country');
  }

  timeZone(column: string): string | null {
    return this.#parsed(column, parseTimeZone, 'no time zone');
  }

  email(column: string): string | null {
    const text = this.text(column);
    if (text === null) return null;
    try {
      const address = parseEmailAddress(text);
      if (address !== text) this.changed(column, 'lower case');
      return address;
    } catch {
      return null;
    }
  }

  address(column: string): string | null {
    const text = this.text(column);
    if (text === null || text === '') return null;
    return clientAddress(text) ?? this.lost(column, 'no IP address');
  }

  /** A free text that is an enum now. Words are compared without case, spaces and signs. */
  member(
    column: string,
    members: readonly string[],
    also: Readonly<Record<string, string>> = {},
  ): string | null {
    const text = this.text(column);
    if (text === null || text.trim() === '') return null;
    const word = text
      .trim()
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_')
      .replace(/^_|_$/g, '');
    const member = members.find((each) => each === word) ?? also[word];
    return member ?? this.lost(column, 'no member of the enum');
  }

  list(column: string): readonly Json[] | null {
    const value = this.row[column] ?? null;
    if (value === null || Array.isArray(value)) return value;
    return this.lost(column, 'not a list');
  }

  object(column: string): JsonObject | null {
    const value = this.row[column] ?? null;
    if (value === null || isObject(value)) return value as JsonObject | null;
    return this.lost(column, 'not an object');
  }

  /** Lower case words of letters and digits, joined by one dash each. */
  slug(column: string): string | null {
    const text = this.text(column);
    if (text === null || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return text;
    const slug = text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{Mn}/gu, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    this.changed(column, 'lower case words joined by dashes');
    return slug === '' ? null : slug;
  }

  /** A number of at least `least`; others become `least`. */
  atLeast(column: string, least: number): number | null {
    const value = this.number(column);
    if (value === null || value >= least) return value;
    this.changed(column, `at least ${least}`);
    return least;
  }

  /** The id of a row, as it is from now on. */
  id(column: string, table: string): string | null {
    const id = this.text(column);
    return id === null || id === '' ? null : uuidOf(table, id);
  }

  /** Rows of another table that were read along. */
  along(name: string): readonly JsonObject[] {
    const value = this.row[name];
    return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
  }

  #parsed(column: string, parse: (text: string) => string, why: string): string | null {
    const text = this.text(column);
    if (text === null || text.trim() === '') return null;
    try {
      const value = parse(text);
      if (value !== text) this.changed(column, 'spelled as the new schema does');
      return value;
    } catch {
      return this.lost(column, why);
    }
  }
}
