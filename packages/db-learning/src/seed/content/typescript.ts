/** See parse-course.ts for the notation. */
export const typescript = String.raw`
@ INTERMEDIATE JavaScript with types: mistakes show up while you type, not when a user clicks.

# Types of values
> Say what a value is, and let the compiler hold you to it.
ARTICLE 10 Annotations and inference: Annotate what comes in; what goes out the compiler usually knows by itself.
VIDEO 8 tsc and the editor: The compiler checks types and then removes them: at run time there is only JavaScript.
CODE_EXAMPLE 6 Literal types: A name for the few strings that are allowed.
  type Level = "low" | "high";
  const level: Level = "low";
INTERACTIVE 15 any and unknown: Change a parameter from any to unknown, and repair what the compiler then finds.
TASK BEGINNER Typed greeting: Write greet(name: string, excited: boolean): string and print its result. The line is a name and yes or no.
  | function greet(name: string, excited: boolean): string {
  | }
  excited: "Ada yes" -> "Hello, Ada!"
  calm: "Ada no" -> "Hello, Ada."
  another: "Grace yes" -> "Hello, Grace!" hidden
  HINT Compare the second word with yes to get a boolean.
? What is left of types when the program runs?
  = Nothing ~ Runtime checks ~ Comments in the code
  Types are erased; data from outside has to be checked by your own code.
? What may you do with a value of type unknown?
  = Only what works for every type, until it is narrowed ~ Everything ~ Nothing at all
  any switches checking off, unknown demands it.
? What is the type of const x = "a"?
  = "a" ~ string ~ any
  A const cannot change, so its type is the literal.
? What does string[] mean?
  = An array of strings ~ A string or an array ~ A tuple of one string
  Array<string> is the same type.
? What does strictNullChecks change?
  = null and undefined are no longer part of every type ~ null is forbidden ~ Checks happen at run time
  A value that may be missing then says so in its type.

# Functions and unions
> Parameters that may be one thing or another.
ARTICLE 12 Unions: A value of type A | B may be used only as what both allow, until the code has found out which it is.
VIDEO 9 Optional and default parameters: x?: number means number or undefined, and the caller may leave it out.
CODE_EXAMPLE 8 Accept one or many: The caller may pass either.
  function list(input: string | string[]): string[] {
    return Array.isArray(input) ? input : [input];
  }
INTERACTIVE 15 Function types: Give a callback the type (value: number) => boolean.
TASK BEGINNER Format an id: An id is a number or a string. Print numbers padded to five digits, strings in upper case.
  | function format(id: number | string): string {
  | }
  a number: "42" -> "00042"
  a string: "ab7" -> "AB7"
  long enough: "123456" -> "123456" hidden
  HINT padStart adds leading characters.
? What can you call on a value of type string | number?
  = toString() ~ toFixed() ~ toUpperCase()
  Only what both members have.
? What does a function of return type never do?
  = It does not return ~ It returns undefined ~ It returns null
  It throws or runs for ever.
? Which assignment is an error?
  = A (a: string, b: string) => void to a (a: string) => void ~ A () => void to a (a: string) => void ~ A (a: string) => number to a (a: string) => void
  A function may ignore arguments, but it may not need more than it is given.
? How many signatures do callers see of a function with two overloads?
  = Two ~ Three ~ One
  The signature of the implementation is not visible.
? What does f(x?: number) allow that f(x: number | undefined) does not?
  = Calling f() ~ Calling f(undefined) ~ Calling f(1)
  An optional parameter may be left out.

# Interfaces
> Describe the shape of objects.
ARTICLE 12 Structural typing: What counts is the shape, not the name: an object with the right members fits.
VIDEO 9 interface or type: Interfaces can be extended and merged; type aliases can name unions and everything else.
CODE_EXAMPLE 7 Extending: A User is an Entity with more.
  interface Entity { readonly id: string }
  interface User extends Entity { name: string; email?: string }
INTERACTIVE 15 Index signatures: Type a dictionary from user ids to scores.
TASK INTERMEDIATE Invoice total: Read lines of name, quantity and unit price in cents into an array of Item, and print the total.
  | interface Item { name: string; quantity: number; unitPrice: number }
  one: "pen 2 150" -> "300"
  two: "pen 2 150\ncup 1 900" -> "1200"
  none: "" -> "0" hidden
  HINT Skip empty lines before you split.
? When does an object literal fail although it has all members?
  = When it has unknown extra ones ~ When its members are in another order ~ When it is frozen
  Excess properties are checked for fresh literals, because they are mostly typing errors.
? What does readonly guarantee at run time?
  = Nothing ~ The object is frozen ~ Writing throws
  It is checked by the compiler alone.
? What do two interfaces of one name in one scope do?
  = They merge ~ They conflict ~ The second replaces the first
  Declaration merging is how libraries extend each other's types.
? What does implements do to the compiled class?
  = Nothing ~ It copies methods ~ It checks at construction
  It only lets the compiler compare the class with the interface.
? What is email?: string in an interface?
  = A property that may be missing ~ A property that may be null ~ A private property
  Its type is string or undefined.

# Narrowing
> Find out what a value is, and let the compiler follow.
ARTICLE 14 Control flow analysis: After a typeof, in, instanceof or === the compiler knows more in that branch.
VIDEO 10 Discriminated unions: One member with a literal type tells the variants apart, and switch covers them all.
CODE_EXAMPLE 8 Exhaustive: A new variant is a compile error here.
  switch (shape.kind) {
    case "circle": return Math.PI * shape.radius ** 2;
    default: { const rest: never = shape; throw new Error(rest); }
  }
INTERACTIVE 18 Type guards: Write isUser(value: unknown): value is User for data from a server.
TASK INTERMEDIATE Areas: Each line is circle r, square a or rectangle a b. Print the areas rounded to two decimals.
  | type Shape = { kind: "circle"; radius: number } | { kind: "square"; side: number };
  a square: "square 3" -> "9.00"
  a circle: "circle 1" -> "3.14"
  a rectangle: "rectangle 2 3.5" -> "7.00" hidden
  HINT The rectangle needs a third variant.
? What makes a union discriminated?
  = A common property with a different literal type in each variant ~ A base class ~ A type parameter
  Comparing that property narrows to one variant.
? Why assign the rest to never in default?
  = The compiler then reports a forgotten variant ~ It makes the code faster ~ switch needs it
  If a variant is left, it is not assignable to never.
? What does the ! in user!.name do?
  = It tells the compiler that user is not null ~ It checks at run time ~ It negates
  It only silences; a null still throws.
? What does value is User as return type mean?
  = If the function returns true, callers may treat the value as User ~ It returns a User ~ It converts the value
  The compiler believes the guard: write it carefully.
? What does typeof x === "object" not exclude?
  = null ~ A string ~ undefined
  typeof null is "object".

# Generics
> Write it once for many types without losing them.
ARTICLE 14 Type parameters: A type parameter connects what goes in with what comes out.
VIDEO 10 Constraints: T extends { id: string } says what the function may rely on.
CODE_EXAMPLE 7 First item: The result has the type of the items.
  function first<T>(items: readonly T[]): T | undefined {
    return items[0];
  }
INTERACTIVE 18 keyof: Write pluck(items, key) so that a wrong key does not compile.
TASK INTERMEDIATE Group by: Write groupBy<T, K extends string>(items: T[], key: (item: T) => K) and print words by their first letter.
  | function groupBy<T, K extends string>(items: T[], key: (item: T) => K): Map<K, T[]> {
  | }
  two letters: "apple avocado beet" -> "a: apple avocado\nb: beet"
  one: "kiwi" -> "k: kiwi"
  order of appearance: "beet apple bean" -> "b: beet bean\na: apple" hidden
  HINT A Map remembers the order of insertion.
? What does the compiler infer for T in first([1, 2])?
  = number ~ 1 | 2 ~ any
  The array literal has type number[].
? What is keyof { a: string; b: number }?
  = "a" | "b" ~ string | number ~ ["a", "b"]
  keyof gives the union of the property names.
? What does T extends string demand?
  = T is string or a part of it ~ T is a class ~ T is exactly string
  A literal type is assignable to string.
? What is Promise<void>?
  = A promise whose value nobody should use ~ A promise that never resolves ~ A rejected promise
  It still tells when the work is done.
? When is a type parameter pointless?
  = When it appears only once in the signature ~ When it has a constraint ~ When it has a default
  Then it connects nothing, and unknown would do.

# Mapped types
> Make new types out of old ones.
ARTICLE 14 Transforming: A mapped type goes through the keys of another and changes modifiers or values.
VIDEO 10 The built-in ones: Partial, Required, Readonly, Pick, Omit, Record: know them before you write your own.
CODE_EXAMPLE 7 Everything optional: This is how Partial is defined.
  type Partial<T> = { [Key in keyof T]?: T[Key] };
INTERACTIVE 18 Conditional types: Write ElementOf<T> that is the item type of an array, and never for the rest.
TASK ADVANCED Changed fields: Two lines of key=value pairs are an object before and after. Print the changed keys in alphabetical order.
  | function changes<T extends object>(before: T, after: T): (keyof T)[] {
  | }
  one change: "a=1 b=2\na=1 b=3" -> "b"
  nothing: "a=1\na=1" -> ""
  all: "b=1 a=1\nb=2 a=2" -> "a\nb" hidden
  HINT Object.keys gives strings; sort them before you print.
? What is Record<"a" | "b", number>?
  = { a: number; b: number } ~ An array of numbers ~ { [key: string]: number }
  Every listed key is required.
? What does -? do in a mapped type?
  = It makes properties required ~ It removes properties ~ It makes properties readonly
  Required<T> is defined with it.
? What does Omit<User, "password"> protect at run time?
  = Nothing: the property may still be there ~ It deletes the property ~ It hides it from JSON
  Types do not change values.
? What does infer do?
  = It names a part of a type that was matched ~ It switches inference on ~ It converts values
  T extends (infer Item)[] ? Item : never takes the item type.
? What is Exclude<"a" | "b" | "c", "a">?
  = "b" | "c" ~ "a" ~ never
  Exclude works on members of a union, Omit on properties.

# Declaration files
> Types for code that was not written in TypeScript.
ARTICLE 12 .d.ts: A declaration file says what exists, not how it works. Packages ship one beside their JavaScript.
VIDEO 9 DefinitelyTyped: Types for packages that have none of their own come from @types.
CODE_EXAMPLE 6 Adding to the global scope: export {} makes the file a module.
  export {};
  declare global { interface Window { appVersion: string } }
INTERACTIVE 15 Type a small library: Write the declarations of an untyped function with options.
TASK INTERMEDIATE Export list: Read a declaration file and print the names it exports, one per line, in order.
  | const source = readAll();
  a function: "export function add(a: number): number;" -> "add"
  several: "export const a: number;\nexport interface B {}" -> "a\nB"
  not exported: "declare const hidden: 1;\nexport type C = 2;" -> "C" hidden
  HINT A regular expression with the kinds of declaration will do here.
? What does declare const VERSION: string emit?
  = Nothing ~ A constant ~ An import
  It only states that such a value exists elsewhere.
? Where does the compiler look for types of a package first?
  = In the package itself ~ In @types ~ In tsconfig.json
  Only packages without types need @types.
? What does skipLibCheck skip?
  = Checking the insides of .d.ts files ~ Loading libraries ~ Checking your own code
  Their types are still used.
? What makes a file a module?
  = A top-level import or export ~ The ending .ts ~ A class in it
  Without one its names are global.
? What does "types" in package.json name?
  = The entry declaration file ~ The allowed argument types ~ The test files
  With "exports" each entry has a types condition of its own.

# Strict projects
> Settings, project references, and types you can trust.
ARTICLE 12 strict and beyond: strict is the start; noUncheckedIndexedAccess makes missing items visible.
VIDEO 10 Borders of the program: Data from outside is unknown. Parse it once, then trust its type.
CODE_EXAMPLE 8 Branded ids: Two kinds of ids that cannot be mixed up.
  type UserId = string & { readonly __brand: "UserId" };
  type ModuleId = string & { readonly __brand: "ModuleId" };
INTERACTIVE 18 Turn strict on: Repair a small project file by file, starting with its leaves.
TASK ADVANCED Parse, do not validate: Each line should be name:age with an age from 0 to 150. Print ok or the reason: format or age.
  | type Parsed = { ok: true; name: string; age: number } | { ok: false; reason: "format" | "age" };
  good: "ada:36" -> "ok"
  no age: "ada" -> "format"
  too old: "ada:151\nbob:0" -> "age\nok" hidden
  HINT Return one of the two variants; never throw.
? What does noUncheckedIndexedAccess add to items[0]?
  = undefined ~ null ~ A runtime check
  An index may be out of range, and the type then says so.
? Which setting does strict include?
  = noImplicitAny ~ noUnusedLocals ~ esModuleInterop
  The others are separate settings.
? Why is JSON.parse a hole in the types?
  = It returns any ~ It returns unknown ~ It throws
  Assign its result to unknown and parse it.
? What is a branded type for?
  = Telling apart values of one primitive type ~ Faster comparison ~ Runtime validation
  The brand exists only for the compiler.
? What does "as User" do?
  = It asserts without a check ~ It converts ~ It validates
  If you are wrong, the error appears far away.
`;
