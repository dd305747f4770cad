/** What the conversion did to values: `lost` have no place in the new schema, `changed` are stored in another form. */
export type NoteKind = 'lost' | 'changed';

export interface Note {
  readonly kind: NoteKind;
  /** Table and column of the earlier schema. */
  readonly what: string;
  readonly why: string;
  rows: number;
}

/** Counted, and without values or ids: there may be one for each row. */
export class Notes {
  readonly #notes = new Map<string, Note>();

  lost(what: string, why: string): void {
    this.#add('lost', what, why);
  }

  changed(what: string, why: string): void {
    this.#add('changed', what, why);
  }

  all(): readonly Note[] {
    return [...this.#notes.values()].sort((a, b) => (a.what < b.what ? -1 : 1));
  }

  #add(kind: NoteKind, what: string, why: string): void {
    const key = `${kind} ${what} ${why}`;
    const note = this.#notes.get(key);
    if (note === undefined) this.#notes.set(key, { kind, what, why, rows: 1 });
    else note.rows += 1;
  }
}
