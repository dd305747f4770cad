/** See parse-course.ts for the notation. */
export const rust = String.raw`
@ ADVANCED Systems programming without a garbage collector, and without the bugs that usually come with that.

# Variables and types
> Bindings, mutability, numbers and text.
ARTICLE 10 let and mut: A binding is fixed unless it is declared mut; a second let of the same name shadows the first.
VIDEO 9 cargo: New project, build, run, test: one tool.
CODE_EXAMPLE 6 Hello, you: println! is a macro, and checks its arguments at compile time.
  let name = "Ada";
  println!("Hello, {name}!");
INTERACTIVE 15 Integer sizes: Find the largest u8, and see what adding one does in debug and in release.
TASK BEGINNER Greeting: Read a line and greet whoever is named. An empty line is greeted as stranger.
  | let mut line = String::new();
  | std::io::stdin().read_line(&mut line).unwrap();
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT trim() returns a part of the string.
? What does let x = 5; x = 6; do?
  = It does not compile ~ x is 6 ~ It panics
  x is not mut.
? What is shadowing?
  = A new binding of the same name ~ A change of the value ~ A hidden module
  It may even have another type.
? What does 255u8 + 1 do in a debug build?
  = It panics ~ It gives 0 ~ It gives 256
  wrapping_add says that wrapping is meant.
? What is the difference of String and &str?
  = String owns its text, &str borrows some ~ String is constant ~ None
  A function that only reads takes &str.
? What is the value of a block?
  = Its last expression ~ Always () ~ Its first statement
  Without a semicolon, the last line is the result.

# Ownership
> Each value has one owner, and goes when its owner goes.
ARTICLE 14 Moves: Assigning or passing a value moves it; the old name cannot be used any more.
VIDEO 11 Stack and heap: What is copied, what is moved, and what drop frees.
CODE_EXAMPLE 6 Moved: The compiler names the line that took it.
  let a = String::from("hi");
  let b = a;
  // println!("{a}"); does not compile
INTERACTIVE 18 Clone or not: Remove every clone that the compiler does not need.
TASK BEGINNER Longest word: Print the longest word of the line, the first of equally long ones.
  | fn longest(words: Vec<&str>) -> &str {
  | }
  clear: "a quick fox" -> "quick"
  a tie: "one two" -> "one"
  one: "word" -> "word" hidden
  HINT Replace only by what is strictly longer.
? What happens to a after let b = a; for a String?
  = It can no longer be used ~ It is a copy ~ It is empty
  The value has moved to b.
? Which type is copied instead of moved?
  = i32 ~ String ~ Vec<i32>
  Types that implement Copy are.
? When is a value dropped?
  = When its owner goes out of scope ~ When memory is short ~ At the end of the program
  No collector is needed.
? What does clone() cost for a Vec?
  = A copy of its elements ~ Nothing ~ A reference count
  Borrow, where reading is enough.
? How does a function give a value back to its caller?
  = By returning it ~ By freeing it ~ Not at all
  Ownership moves out again.

# Borrowing
> Use without owning.
ARTICLE 14 One writer or many readers: Any number of & or a single &mut, never both at a time.
VIDEO 10 The borrow checker: Why the error is right, and how to rearrange the code.
CODE_EXAMPLE 6 Borrow to change: The caller keeps the vector.
  fn add_one(values: &mut Vec<i32>) {
      for v in values.iter_mut() { *v += 1; }
  }
INTERACTIVE 18 Slices: Write first_word(text: &str) -> &str.
TASK INTERMEDIATE Rotate: Print the numbers of the line rotated left by one.
  | fn rotate(values: &mut [i32]) {
  | }
  three: "1 2 3" -> "2 3 1"
  one: "7" -> "7"
  two: "4 5" -> "5 4" hidden
  HINT Slices have a method for it.
? How many &mut of a value may be alive at once?
  = One ~ Two ~ Any number
  Nobody else may read meanwhile, either.
? What does a borrow prevent?
  = Moving the value while it lasts ~ Reading it ~ Copying an i32
  The reference would dangle.
? When does a borrow end?
  = After its last use ~ At the end of the block ~ At drop
  Non-lexical lifetimes made many programs valid.
? Why does pushing to a Vec while holding &v[0] not compile?
  = The push may move the elements ~ Vectors are constant ~ &v[0] is a copy
  The reference would point to freed memory.
? What does &mut *x do?
  = It reborrows ~ It copies ~ It moves
  Methods do it for you.

# Structs and enums
> Shapes of data, and which of several it is.
ARTICLE 12 impl: Methods stand beside the data; self says whether they take, read or change it.
VIDEO 10 Enums: Each variant can carry data of its own: make impossible states unrepresentable.
CODE_EXAMPLE 6 Option: There is no null.
  fn find(id: u32) -> Option<User> {
      users.get(&id).cloned()
  }
INTERACTIVE 18 derive: Add Debug, Clone and PartialEq, and use all three.
TASK INTERMEDIATE Bank account: Obey deposit, withdraw and balance. A withdrawal beyond the balance prints refused and changes nothing.
  | struct Account { balance: u64 }
  deposits: "deposit 50\nbalance" -> "50"
  refused: "deposit 10\nwithdraw 20\nbalance" -> "refused\n10"
  to the last coin: "deposit 20\nwithdraw 20\nbalance" -> "0" hidden
  HINT checked_sub returns an Option.
? What does a method with self take?
  = The value itself ~ A reference ~ A copy
  It cannot be used afterwards, unless it is Copy.
? How is a function without self called?
  = Account::new() ~ account.new() ~ new Account()
  It is an associated function.
? What does Option<Box<T>> cost compared with Box<T>?
  = Nothing ~ One byte ~ Eight bytes
  None uses the null pointer that Box never has.
? What does #[derive(Debug)] make possible?
  = Printing with {:?} ~ Setting breakpoints ~ Comparing with ==
  PartialEq is for comparing.
? What is a newtype?
  = A struct around one value ~ A type alias ~ A generic type
  struct Metres(f64) cannot be confused with feet.

# Pattern matching
> Take values apart, and miss no case.
ARTICLE 12 match: All variants must be covered: a new one shows you every place to change.
VIDEO 9 if let and let else: For the one case that matters.
CODE_EXAMPLE 7 Guards and ranges: From top to bottom.
  match age {
      0..=12 => "child",
      13..=17 => "teenager",
      _ => "adult",
  }
INTERACTIVE 15 Destructuring: Match on a tuple of two Options.
TASK INTERMEDIATE Areas: Each line is circle r, square a or rectangle a b. Print the areas with two decimals.
  | enum Shape { Circle(f64), Square(f64), Rectangle(f64, f64) }
  a square: "square 3" -> "9.00"
  a circle: "circle 1" -> "3.14"
  a rectangle: "rectangle 2 3.5" -> "7.00" hidden
  HINT {:.2} prints two decimals.
? What if match misses a variant?
  = It does not compile ~ It panics ~ Nothing happens
  Exhaustiveness is checked.
? What does Some(n) if n > 3 add?
  = A guard ~ A second pattern ~ A binding
  The arm is taken only if it holds.
? What does x @ 1..=5 do?
  = It binds what matched ~ It assigns 1 ~ It loops
  You get both the test and the value.
? What does let Some(x) = o else { return }; require?
  = That the else block leaves ~ That o is Some ~ A loop
  return, break, continue or panic.
? What does .. in Point { x, .. } say?
  = The other fields do not matter ~ A range ~ An update
  Without it all fields must be named.

# Error handling
> Failure is a value, too.
ARTICLE 12 Result and ?: ? returns the error to the caller, converted by From.
VIDEO 9 When to panic: For bugs. What a user or a network can cause is a Result.
CODE_EXAMPLE 6 Two things may fail: One ? each.
  fn port(path: &str) -> Result<u16, Box<dyn Error>> {
      Ok(fs::read_to_string(path)?.trim().parse()?)
  }
INTERACTIVE 18 An error enum: Write one with two variants, and implement From for both causes.
TASK INTERMEDIATE Sum of the valid: Read numbers, one per line, to the end. Skip lines that are no whole number and print the sum.
  | let total: i64 = 0;
  clean input: "1\n2\n3" -> "6"
  with noise: "1\nx\n2" -> "3"
  nothing valid: "a\nb" -> "0" hidden
  HINT filter_map with parse().ok() does it.
? What does ? do on Err?
  = It returns from the function ~ It panics ~ It retries
  The function must return a Result, too.
? What does unwrap do on None?
  = It panics ~ It returns a default ~ It does not compile
  unwrap_or_default returns one.
? What is must_use?
  = A warning if a result is ignored ~ A lifetime ~ A test attribute
  Result has it.
? What turns Option<T> into Result<T, E>?
  = ok_or ~ unwrap ~ map
  It says which error a None is.
? What does collect do with an iterator of Results?
  = It can give Result<Vec<T>, E>, stopping at the first error ~ It drops errors ~ It panics
  FromIterator is implemented for Result.

# Traits
> Behaviour that many types share.
ARTICLE 14 Generic or dyn: impl Trait is resolved at compile time, dyn Trait at run time.
VIDEO 10 Iterators: Implement next, and get seventy methods.
CODE_EXAMPLE 6 A default method: Implementors may replace it.
  trait Named {
      fn name(&self) -> String;
      fn greet(&self) -> String { format!("Hello, {}!", self.name()) }
  }
INTERACTIVE 20 Operators: Implement Add for a vector type.
TASK ADVANCED Word count: Print each word of the line with its count, most frequent first, ties in alphabetical order.
  | let mut counts = std::collections::BTreeMap::new();
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT entry(word).or_insert(0) gives a place to count in.
? What does the orphan rule forbid?
  = A foreign trait for a foreign type ~ Traits without methods ~ Private traits
  One of the two must be yours; a newtype helps.
? What does T: Clone + Send say?
  = T implements both ~ T is one of them ~ T is a trait
  It is a bound.
? What does dyn Trait cost?
  = A call through a table ~ Nothing ~ A copy per call
  In exchange one function serves all types.
? Which trait makes for x in value work?
  = IntoIterator ~ Iterator only ~ Index
  Every Iterator has it, too.
? What does implementing From give for free?
  = Into ~ TryFrom of another type ~ Clone
  Write From, accept Into.

# Lifetimes
> How long a reference may live, written down.
ARTICLE 14 Annotations: They do not change how long something lives; they tell which inputs an output borrows from.
VIDEO 11 Elision: Why you seldom write them.
CODE_EXAMPLE 6 One of two: The result lives as long as both arguments.
  fn longer<'a>(x: &'a str, y: &'a str) -> &'a str {
      if x.len() > y.len() { x } else { y }
  }
INTERACTIVE 20 A struct that borrows: Write a parser that holds a &str.
TASK ADVANCED Common prefix: Print the longest common prefix of the two words of the line.
  | fn common<'a>(a: &'a str, b: &str) -> &'a str {
  | }
  some: "flower flow" -> "flow"
  none: "dog car" -> ""
  equal: "same same" -> "same" hidden
  HINT Borrow from a alone: the signature says so.
? What does 'static mean for a reference?
  = It may live as long as the program ~ It is constant ~ It is global and mutable
  String literals have it.
? What does 'a in fn f<'a>(x: &'a str) -> &'a str say?
  = The result borrows from x ~ x lives for ever ~ x is copied
  While the result is used, x cannot be moved or changed.
? Why can a function not return a reference to a local?
  = The local is dropped at its end ~ References cannot be returned ~ It is private
  Return the value.
? What does a struct with a reference need?
  = A lifetime parameter ~ A Box ~ A Drop implementation
  It must not outlive what it borrows.
? What does T: 'static allow?
  = Owned types, and references that live for ever ~ Only literals ~ Only Copy types
  Threads ask for it, because nobody knows how long they run.
`;
