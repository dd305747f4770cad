/** See parse-course.ts for the notation. */
export const javascript = String.raw`
@ BEGINNER The language of the web: it runs in every browser, and with Node on servers too.

# Values and variables
> Numbers, strings, booleans, and names for them.
ARTICLE 10 let and const: const names a value for good, let may be assigned again. Leave var to old code: it ignores blocks.
VIDEO 8 The console: Open the developer tools of your browser and run your first lines there.
CODE_EXAMPLE 6 Putting text together: A template literal in backquotes is shorter still.
  const name = "Ada";
  console.log("Hello, " + name + "!");
INTERACTIVE 15 Equal or the same: Compare 1, "1", null and undefined with == and with ===, and note where they differ.
TASK BEGINNER Greeting: Read a name and print a greeting. An empty line is greeted as stranger.
  | const name = readLine().trim();
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT An empty string is falsy.
? What is typeof null?
  = "object" ~ "null" ~ "undefined"
  A mistake of the first version that can never be repaired without breaking pages.
? What is "5" - 2?
  = 3 ~ "52" ~ NaN
  Minus converts both sides to numbers; plus would have concatenated.
? What may change about const list = []?
  = Its items ~ The array it names ~ Nothing
  const fixes the binding, not the value behind it.
? Which comparison is true?
  = null == undefined ~ null === undefined ~ NaN === NaN
  == treats null and undefined as equal; NaN equals nothing, not even itself.
? What is 0.1 + 0.2 === 0.3?
  = false ~ true ~ A TypeError
  Numbers are binary fractions, and 0.1 has no exact one.

# Functions and scope
> Name a piece of work, and know which names it can see.
ARTICLE 12 Three ways to write one: Declarations are hoisted; expressions and arrows exist from their line on.
VIDEO 9 Closures: A function keeps the variables of the place where it was written, even after that place has returned.
CODE_EXAMPLE 8 A counter: Nobody else can reach count.
  function counter() {
    let count = 0;
    return () => ++count;
  }
INTERACTIVE 15 Default and rest parameters: Write sum(...numbers), then give a parameter a default.
TASK BEGINNER Temperature: Convert the Celsius value read to Fahrenheit, with one decimal.
  | function toFahrenheit(celsius) {
  | }
  freezing: "0" -> "32.0"
  boiling: "100" -> "212.0"
  where both scales meet: "-40" -> "-40.0" hidden
  HINT toFixed(1) prints one decimal.
? What does a function without return give back?
  = undefined ~ null ~ 0
  A call always has a value.
? What can an arrow function not do?
  = Have its own this ~ Take parameters ~ Return an object
  this in an arrow is that of the code around it.
? When is a default parameter used?
  = When the argument is undefined ~ When the argument is null ~ When the argument is falsy
  null and 0 are values and are kept.
? What is a closure?
  = A function together with the variables around it ~ A block in braces ~ A way to end a loop
  It is why a callback still sees what its creator saw.
? What happens when let x is used before its line?
  = ReferenceError ~ It is undefined ~ It is null
  The name exists but is uninitialised until its declaration has run.

# Arrays and objects
> Lists of values, values with names, and the methods that replace loops.
ARTICLE 14 map, filter, reduce: Each says what becomes of the items, and leaves the array as it was.
VIDEO 9 Destructuring and spread: Take values out of arrays and objects, and put copies together.
CODE_EXAMPLE 7 Total of a cart: reduce carries a value from item to item.
  const total = cart.reduce((sum, item) => sum + item.price * item.quantity, 0);
INTERACTIVE 18 From loop to chain: Rewrite a loop with a condition as filter and map.
TASK INTERMEDIATE Word count: Print each word of the line with its count, most frequent first, ties in alphabetical order.
  | const words = readLine().toLowerCase().split(" ");
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT A Map keeps counts; sort takes a comparing function.
? What is [3, 20, 100].sort()[0]?
  = 100 ~ 3 ~ 20
  Without a comparing function items are sorted as text, and "100" comes first.
? What does const copy = { ...original } copy?
  = The properties, one level deep ~ Everything, however deep ~ Only the methods
  Nested objects are shared by both.
? Which method tells whether any item passes a test?
  = some ~ every ~ find
  every asks all of them, find returns the item.
? What does user?.address?.city give when address is missing?
  = undefined ~ A TypeError ~ An empty string
  ?. stops at null or undefined.
? Which changes the array it is called on?
  = push ~ map ~ slice
  map and slice return new arrays.

# The document
> Find elements of a page, read them and change them.
ARTICLE 12 The tree: The browser turns HTML into objects. querySelector finds one by a CSS selector, querySelectorAll finds all.
VIDEO 9 Text or HTML: textContent shows text as it is; innerHTML parses it, and runs what a stranger put in.
CODE_EXAMPLE 7 A list from data: Build elements, then append them.
  const li = document.createElement("li");
  li.textContent = item.name;
  list.append(li);
INTERACTIVE 18 Dark mode: Toggle a class on the body, and let CSS do the rest.
TASK INTERMEDIATE Escape HTML: Print the line with & < > and double quotes replaced by their entities, so that it is safe as text.
  | const line = readLine();
  a tag: "<b>hi</b>" -> "&lt;b&gt;hi&lt;/b&gt;"
  an ampersand: "a & b" -> "a &amp; b"
  quotes and order: "&lt; \"x\"" -> "&amp;lt; &quot;x&quot;" hidden
  HINT Replace the ampersand first.
? What does querySelector return if nothing matches?
  = null ~ undefined ~ An empty list
  querySelectorAll returns an empty list.
? Why prefer textContent for a user's input?
  = It cannot run scripts ~ It is the only way to change text ~ It keeps the formatting
  innerHTML would parse the input as HTML.
? Where does a script with defer run?
  = After the document is parsed ~ At once, before the rest is read ~ When the user clicks
  Deferred scripts keep their order and find the whole document.
? What does element.classList.toggle("open") do?
  = It adds the class or removes it ~ It replaces all classes ~ It hides the element
  It returns whether the class is there afterwards.
? How is data-user-id read in JavaScript?
  = element.dataset.userId ~ element.data.user_id ~ element["user-id"]
  Names in dataset are written in camel case.

# Events
> React to clicks, keys and forms.
ARTICLE 12 Listeners: addEventListener registers a function; the event tells what happened and where.
VIDEO 10 Bubbling: An event travels from its target up to the document, so that one listener can serve a whole list.
CODE_EXAMPLE 7 One listener for many buttons: closest finds the button that was meant.
  list.addEventListener("click", (event) => {
    event.target.closest("button")?.remove();
  });
INTERACTIVE 18 Search as you type: Wait until nobody has typed for 300 ms, then search.
TASK INTERMEDIATE Event log: The input lists on, off and emit commands. Print how many listeners each emit reaches.
  | const listeners = new Map();
  registered: "on click\non click\nemit click" -> "2"
  removed: "on key\noff key\nemit key" -> "0"
  several names: "on a\non b\nemit b\nemit c" -> "1\n0" hidden
  HINT Start each name with zero listeners.
? What does event.preventDefault() prevent?
  = The browser's own action ~ Other listeners ~ Bubbling
  A form is then not sent, a link not followed.
? What is event delegation?
  = One listener on a parent for events of its children ~ Passing an event to a server ~ Removing listeners
  It also serves children that are added later.
? Why does removeEventListener("click", () => save()) remove nothing?
  = It is a new function, not the registered one ~ Arrow functions cannot listen ~ click cannot be removed
  Keep a reference to the function you registered.
? Which event fires for each change of a text field?
  = input ~ change ~ submit
  change waits until the field is left.
? What is event.currentTarget?
  = The element whose listener runs ~ The element that was clicked ~ The window
  event.target is where the event came from.

# Promises
> Wait for what takes time without standing still.
ARTICLE 14 The event loop: One thread, a queue of tasks. A promise stands for a value that is not there yet.
VIDEO 10 async and await: await pauses the function, not the program. A rejected promise is thrown where it is awaited.
CODE_EXAMPLE 8 Fetch with care: fetch rejects only if there was no answer at all.
  const response = await fetch(url);
  if (!response.ok) throw new Error("HTTP " + response.status);
  const user = await response.json();
INTERACTIVE 20 One after the other, or together: Time two waits in sequence, then with Promise.all.
TASK ADVANCED Task order: The input lists sync, micro and macro tasks by name, in the order they are queued. Print the order in which they run.
  | const lines = readAll().split("\n");
  three kinds: "macro a\nmicro b\nsync c" -> "c\nb\na"
  order kept: "micro a\nmicro b" -> "a\nb"
  mixed: "macro a\nsync b\nmicro c\nmacro d\nsync e" -> "b\ne\nc\na\nd" hidden
  HINT First what is synchronous, then all microtasks, then the timers.
? What does an async function return?
  = A promise ~ The value after return ~ A generator
  Even return 1 becomes a promise of 1.
? When does Promise.all reject?
  = As soon as one promise rejects ~ When all have rejected ~ Never
  allSettled waits for all of them and never rejects.
? What is logged first: a promise's then or a setTimeout of 0?
  = The then ~ The timeout ~ It depends on the browser
  Microtasks run before the next task.
? What happens to a rejection that nobody handles in Node?
  = The process ends with an error ~ It is ignored ~ It is retried
  Since Node 15 an unhandled rejection is fatal by default.
? What does await do with a value that is no promise?
  = It gives the value ~ It throws a TypeError ~ It waits for ever
  await wraps it in a resolved promise.

# Modules
> Split a program into files that say what they need and what they offer.
ARTICLE 12 import and export: A module has a scope of its own, runs once, and shares only what it exports.
VIDEO 9 Packages: package.json names a project's dependencies; the lock file fixes their exact versions.
CODE_EXAMPLE 6 Named exports: The importer sees at once what is used.
  export const add = (a, b) => a + b;
  import { add } from "./math.js";
INTERACTIVE 15 Two worlds: Load a CommonJS package from an ES module, and see which names it offers.
TASK INTERMEDIATE Load order: Each line reads a: b c, meaning that a imports b and c. Print the order in which they run from main.
  | const graph = new Map();
  a chain: "main: a\na: b\nb:" -> "b\na\nmain"
  shared: "main: a b\na: c\nb: c\nc:" -> "c\na\nb\nmain"
  alone: "main:" -> "main" hidden
  HINT Visit the imports of a module before the module, and each only once.
? How often does a module run that three files import?
  = Once ~ Three times ~ Only when one of its exports is called
  All importers share the same instance.
? What do importers see when an exported let changes?
  = The new value ~ The value at import time ~ undefined
  Imports are live bindings, not copies.
? What does "type": "module" in package.json mean?
  = .js files are ES modules ~ The package has no dependencies ~ Only browsers can load it
  Without it Node takes them for CommonJS.
? What does ^1.4.2 allow in package.json?
  = 1.5.0 but not 2.0.0 ~ Only 1.4.2 ~ Anything newer
  The caret accepts versions up to the next major one.
? What does import("./chart.js") give?
  = A promise of the module ~ The module ~ A script element
  It loads on demand, and may stand anywhere.

# Testing
> Know that it works today, and notice when it stops working.
ARTICLE 12 What to test: Test what a caller can observe. A test that knows the inside breaks with every change.
VIDEO 10 node:test: Node brings its own test runner; node --test finds and runs the files.
CODE_EXAMPLE 7 A first test: assert/strict compares like ===.
  import test from "node:test";
  import assert from "node:assert/strict";
  test("adds", () => assert.equal(add(1, 2), 3));
INTERACTIVE 18 Time that stands still: Replace the clock, and test a timeout without waiting for it.
TASK ADVANCED Roman numerals: Print the number read, 1 to 3999, as a Roman numeral. Write your tests first.
  | function roman(number) {
  | }
  small: "4" -> "IV"
  a year: "2026" -> "MMXXVI"
  the largest: "3999" -> "MMMCMXCIX" hidden
  HINT Go through 1000 M, 900 CM, 500 D and so on, largest first.
? How does a test of asynchronous code tell that it is done?
  = It returns a promise ~ It calls exit ~ It sleeps long enough
  An async test function does that by itself.
? Which assertion compares two objects by their content?
  = deepEqual ~ equal ~ ok
  equal asks whether they are the same object.
? What is a stub?
  = A stand-in with prepared answers ~ A failing test ~ A slow test
  It replaces what is slow, random or far away.
? What does a flaky test do?
  = It passes or fails without any change ~ It never runs ~ It tests two things
  Time, order and shared state are the usual causes.
? Why clean up after each test?
  = So that no test sees what another left ~ To save memory ~ Because the runner forbids leftovers
  Tests must give the same result in any order.
`;
