/** See parse-course.ts for the notation. */
export const go = String.raw`
@ INTERMEDIATE A small language for services and tools: fast to compile, simple to read, concurrent from the start.

# Packages and values
> Programs are packages; values have types and zero values.
ARTICLE 10 A program is a package: Execution starts in main of package main. Names with a capital letter are exported.
VIDEO 8 go run, go build: One tool compiles, formats, tests and fetches.
CODE_EXAMPLE 6 Hello, you: The short declaration infers the type.
  name := "Ada"
  fmt.Printf("Hello, %s!\n", name)
INTERACTIVE 15 Zero values: Declare variables of five types without a value and print them.
TASK BEGINNER Greeting: Read a line and greet whoever is named. An empty line is greeted as stranger.
  | scanner := bufio.NewScanner(os.Stdin)
  | scanner.Scan()
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT strings.TrimSpace removes spaces at both ends.
? Which identifier is visible outside its package?
  = Total ~ total ~ _total
  A capital first letter exports it.
? What is the zero value of a string?
  = "" ~ nil ~ undefined
  Strings are never nil.
? Where may := be used?
  = Inside functions ~ Anywhere ~ Only in loops
  At package level a declaration begins with var.
? What does the compiler do with an unused import?
  = It refuses it ~ It warns ~ It removes it
  The same holds for unused local variables.
? What formats Go code?
  = gofmt ~ go vet ~ The editor's own settings
  There is one format, and nobody argues about it.

# Control structures
> One loop, a clean switch, and defer.
ARTICLE 10 Only for: It counts, it repeats while something holds, it ranges over collections.
VIDEO 8 switch: Cases do not fall through, and may be any expressions.
CODE_EXAMPLE 6 A statement before the condition: err lives only where it is needed.
  if err := save(); err != nil {
      return err
  }
INTERACTIVE 15 defer: Open a file, defer its close, and return from the middle.
TASK BEGINNER FizzBuzz: Print 1 to n, but Fizz for multiples of 3, Buzz for multiples of 5, FizzBuzz for both.
  | for i := 1; i <= n; i++ {
  | }
  up to five: "5" -> "1\n2\nFizz\n4\nBuzz"
  only one: "1" -> "1"
  nothing: "0" -> "" hidden
  HINT A switch without a value tests its cases in turn.
? Which loop keywords has Go?
  = for ~ for and while ~ for, while and do
  for does it all.
? When do deferred calls run?
  = When the function returns, last first ~ At the end of the block ~ When the program ends
  Their arguments are evaluated at once.
? What does a case need to fall through?
  = The keyword fallthrough ~ Nothing ~ The absence of break
  Without it, a case ends where the next begins.
? What does for i := range 3 yield?
  = 0, 1, 2 ~ 1, 2, 3 ~ 0, 1, 2, 3
  Ranging over an integer exists since Go 1.22.
? What must the condition of an if be?
  = A bool ~ Any value ~ A number
  There is no truthiness.

# Slices and maps
> Lists that grow, and values by key.
ARTICLE 14 Slices: A slice is a view of an array: pointer, length, capacity. append may move it to a new array.
VIDEO 9 Maps: Reading a missing key gives the zero value; the second result tells the difference.
CODE_EXAMPLE 6 Comma ok: Present, or just zero?
  if n, ok := stock["pen"]; ok {
      fmt.Println(n)
  }
INTERACTIVE 18 Shared arrays: Change a slice of a slice, and see who notices.
TASK INTERMEDIATE Word count: Print each word of the line with its count, most frequent first, ties in alphabetical order.
  | counts := map[string]int{}
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT Maps have no order: collect the keys and sort them.
? What does append return?
  = The extended slice ~ The new length ~ Nothing
  Assign it: the array may be another one.
? What happens on a write to a nil map?
  = A panic ~ It is created ~ Nothing
  Reading from it is fine; make one before you write.
? In which order does range go through a map?
  = In a random one ~ By key ~ By insertion
  On purpose, so that nobody relies on it.
? What is len of s[1:3]?
  = 2 ~ 3 ~ 1
  The end is exclusive.
? Are arrays passed by value?
  = Yes ~ No ~ Only small ones
  A slice is what shares the elements.

# Structs and methods
> Data with behaviour, without classes.
ARTICLE 12 Receivers: A method is a function with a receiver. A pointer receiver can change the value.
VIDEO 9 Embedding: An embedded struct lends its fields and methods: composition, not inheritance.
CODE_EXAMPLE 7 A counter: The pointer makes the change last.
  type Counter struct{ n int }
  func (c *Counter) Add() { c.n++ }
INTERACTIVE 15 Constructors: Write NewAccount, and keep the fields unexported.
TASK INTERMEDIATE Bank account: Obey deposit, withdraw and balance. A withdrawal beyond the balance prints refused and changes nothing.
  | type Account struct{ balance int }
  deposits: "deposit 50\nbalance" -> "50"
  refused: "deposit 10\nwithdraw 20\nbalance" -> "refused\n10"
  to the last coin: "deposit 20\nwithdraw 20\nbalance" -> "0" hidden
  HINT Use a pointer receiver.
? What does a value receiver get?
  = A copy ~ The value itself ~ A pointer
  Changes to it are lost.
? How is an exported field spelled?
  = With a capital first letter ~ With public ~ With a tag
  It holds for fields as for functions.
? What do tags like json:"name" do?
  = They tell packages such as encoding/json what to do ~ They check types ~ They rename the field
  The compiler ignores them.
? When are two structs comparable with ==?
  = When all their fields are ~ Always ~ Never
  A slice or map field makes it a compile error.
? What does embedding *sql.DB give a struct?
  = Its methods, promoted ~ A subclass ~ A copy of the database
  The outer type can override them by its own.

# Interfaces
> What something can do, satisfied without saying so.
ARTICLE 12 Implicit: A type implements an interface by having its methods. The user of an interface defines it.
VIDEO 9 Small ones: io.Reader has one method, and half of the library is built on it.
CODE_EXAMPLE 6 Accept interfaces: Files, buffers and connections all fit.
  func count(r io.Reader) (int64, error) {
      return io.Copy(io.Discard, r)
  }
INTERACTIVE 15 Type switch: Print an any by what is inside.
TASK INTERMEDIATE Areas: Each line is circle r, square a or rectangle a b. Print the areas with two decimals.
  | type Shape interface{ Area() float64 }
  a square: "square 3" -> "9.00"
  a circle: "circle 1" -> "3.14"
  a rectangle: "rectangle 2 3.5" -> "7.00" hidden
  HINT %.2f prints two decimals.
? How does a type declare that it implements an interface?
  = Not at all ~ With implements ~ By embedding it
  Having the methods is enough.
? What does x.(string) do if x holds an int?
  = It panics ~ It converts ~ It returns ""
  s, ok := x.(string) does not panic.
? When is an interface value nil?
  = When it has neither type nor value ~ When the pointer in it is nil ~ Never
  A nil *T inside makes it non-nil: a classic trap.
? What satisfies any?
  = Every type ~ Only structs ~ Only pointers
  It is another name for interface{}.
? Where should an interface be defined?
  = Where it is used ~ Where it is implemented ~ In a package of interfaces
  Then it lists only what is needed.

# Errors
> Errors are values.
ARTICLE 12 Check and wrap: Say what you were doing, and wrap the cause with %w.
VIDEO 9 panic and recover: For bugs, not for what can be expected to fail.
CODE_EXAMPLE 6 With context: Callers can still find the cause.
  if err != nil {
      return fmt.Errorf("read config: %w", err)
  }
INTERACTIVE 15 errors.Is and errors.As: Find a cause three wraps deep.
TASK INTERMEDIATE Sum of the valid: Read numbers, one per line, to the end. Skip lines that are no whole number and print the sum.
  | total := 0
  clean input: "1\n2\n3" -> "6"
  with noise: "1\nx\n2" -> "3"
  nothing valid: "a\nb" -> "0" hidden
  HINT strconv.Atoi returns an error.
? What is error?
  = An interface with one method ~ A struct ~ A keyword
  Error() string is all it takes.
? What does %w do that %v does not?
  = It wraps, so that errors.Is finds the cause ~ It adds a stack trace ~ It logs
  %v only prints the text.
? How is a sentinel error compared?
  = errors.Is(err, io.EOF) ~ err.Error() == "EOF" ~ err.(io.EOF)
  == fails as soon as it is wrapped.
? Where does recover work?
  = In a deferred function ~ Anywhere ~ In main only
  Elsewhere it returns nil.
? What does _ = f.Close() say?
  = The error is ignored on purpose ~ There is no error ~ Close cannot fail
  For a file that was written, do not ignore it.

# Goroutines
> Many things at once, at a few kilobytes each.
ARTICLE 12 go: A call after go runs on its own; the program does not wait for it.
VIDEO 10 Data races: Two goroutines, one variable, one of them writes: go test -race finds it.
CODE_EXAMPLE 8 Wait for all: Add before you start.
  var wg sync.WaitGroup
  for _, url := range urls {
      wg.Add(1)
      go func() { defer wg.Done(); fetch(url) }()
  }
  wg.Wait()
INTERACTIVE 20 Mutex or atomic: Count to a million in ten goroutines, correctly.
TASK ADVANCED Parallel sum: Split the numbers into parts, sum them concurrently, and print the total.
  | numbers := strings.Fields(line)
  a few: "1 2 3 4" -> "10"
  one: "7" -> "7"
  none: "" -> "0" hidden
  HINT Let each goroutine write to its own element of a slice.
? What happens to goroutines when main returns?
  = They end ~ They finish their work ~ The program waits
  Wait for them, or they are cut off.
? What does sync.Mutex protect?
  = What you agree it protects ~ The variable declared after it ~ All globals
  Nothing enforces it; keep mutex and data in one struct.
? How much memory does a goroutine start with?
  = A few kilobytes ~ A megabyte ~ A gigabyte
  Its stack grows when needed.
? What does the race detector find?
  = Races that happen during the run ~ All possible races ~ Deadlocks
  Run your tests with it.
? How do you stop a goroutine?
  = By telling it, for example through a context ~ With kill ~ By setting it to nil
  It has to look, and return.

# Channels
> Share memory by communicating.
ARTICLE 14 Send and receive: An unbuffered channel makes both sides wait for each other.
VIDEO 10 select: Wait for whichever is ready first, or for a timeout.
CODE_EXAMPLE 7 With a deadline: Whoever comes first.
  select {
  case result := <-results:
      use(result)
  case <-ctx.Done():
      return ctx.Err()
  }
INTERACTIVE 20 A pipeline: Generate, square, print: three goroutines, two channels.
TASK ADVANCED Worker pool: Square the numbers with three workers, and print the results in the order of the input.
  | jobs := make(chan int)
  a few: "1 2 3" -> "1\n4\n9"
  one: "5" -> "25"
  order: "9 1 8" -> "81\n1\n64" hidden
  HINT Send the position along with the number.
? What does receiving from a closed channel give?
  = The zero value, at once ~ A panic ~ It blocks
  v, ok := <-ch has ok false.
? Who closes a channel?
  = The sender ~ The receiver ~ The garbage collector
  Sending on a closed channel panics.
? What does a send on a full buffered channel do?
  = It waits ~ It fails ~ It drops the value
  Until somebody receives.
? What does a nil channel do in select?
  = It is never ready ~ It is always ready ~ It panics
  Set a channel to nil to switch its case off.
? What does range over a channel do?
  = It receives until the channel is closed ~ It receives what is buffered ~ It copies it
  A channel that nobody closes never ends the loop.
`;
