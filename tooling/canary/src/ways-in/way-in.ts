/** Hands out what a step passes to a function: each time its canary, in the form that is just being tried. */
export interface Give {
  /** A secret, as a caller passes it. */
  secret(name: string): string;
  /** A text with the number of a card in it. */
  card(name: string): string;
  /** What somebody wrote, an address, a name. `as` puts it into the form that the database asks for. */
  text(name: string, as?: (text: string) => string): string;
  id<Id extends string>(id: Id): Id;
  /** A secret that a function has made. */
  issued(name: string, value: string): void;
  /** Work that must be refused. */
  refusal(work: Promise<unknown>): Promise<void>;
}

/**
 * Calls of a package's functions by what they are about, in an order in which all succeed. What a step needs of an earlier
 * one it finds in the closure, so that each can be tried again alone, with other values and on another connection.
 */
export type WaysIn<Client> = Readonly<Record<string, (give: Give, client: Client) => Promise<unknown>>>;
