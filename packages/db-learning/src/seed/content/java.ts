/** See parse-course.ts for the notation. */
export const java = String.raw`
@ BEGINNER A typed, object-oriented language on which a large part of the world's servers runs.

# Program and class
> From source file to running program.
ARTICLE 10 Compile and run: javac turns source into bytecode, java runs it on any machine that has a virtual machine.
VIDEO 8 The main method: Where a program starts, and what its arguments are.
CODE_EXAMPLE 7 Hello, you: Every method belongs to a class.
  public class Hello {
      public static void main(String[] args) {
          System.out.println("Hello, " + args[0] + "!");
      }
  }
INTERACTIVE 15 Read an error: Leave out a semicolon, a brace, a quote, and see what the compiler says.
TASK BEGINNER Greeting: Read a name and print a greeting. An empty line is greeted as stranger.
  | var name = new java.util.Scanner(System.in).nextLine().strip();
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT isEmpty() tells.
? What does javac produce?
  = Bytecode in .class files ~ A native program ~ A script
  The virtual machine runs it, and compiles what is hot.
? How must the file of the public class Order be named?
  = Order.java ~ order.java ~ Any name
  One public class per file, under its name.
? What does static mean for a method?
  = It belongs to the class, not to an object ~ It cannot change ~ It runs only once
  It therefore has no this.
? What ends a statement?
  = A semicolon ~ The end of the line ~ A comma
  Line breaks mean nothing to the compiler.
? What is in args if the program is started without arguments?
  = An empty array ~ null ~ The program's name
  args.length is then 0.

# Types and operators
> Numbers, text, and what operators make of them.
ARTICLE 12 Primitive or object: int holds a number, Integer refers to an object that holds one, and may be null.
VIDEO 9 Strings: A string never changes; every method returns a new one.
CODE_EXAMPLE 6 Integer division: The type of the operands decides.
  int half = 7 / 2;        // 3
  double exact = 7 / 2.0;  // 3.5
INTERACTIVE 15 Overflow: Add 1 to Integer.MAX_VALUE, then try Math.addExact.
TASK BEGINNER Temperature: Convert the Celsius value read to Fahrenheit, with one decimal.
  | double celsius = new java.util.Scanner(System.in).nextDouble();
  freezing: "0" -> "32.0"
  boiling: "100" -> "212.0"
  where both scales meet: "-40" -> "-40.0" hidden
  HINT printf with %.1f rounds.
? What is 7 / 2 for two ints?
  = 3 ~ 3.5 ~ 4
  Both are ints, so the result is one.
? How are two strings compared for equal text?
  = a.equals(b) ~ a == b ~ a = b
  == asks whether they are the same object.
? What is Integer.MAX_VALUE + 1?
  = Integer.MIN_VALUE ~ A long ~ An exception
  int arithmetic wraps around silently.
? What does var do?
  = It lets the compiler infer the type ~ It makes the type dynamic ~ It declares a global
  The variable still has exactly one type.
? What does unboxing a null Integer do?
  = It throws a NullPointerException ~ It gives 0 ~ It does not compile
  There is no number inside.

# Methods
> Give work a name, parameters and a result.
ARTICLE 12 Signatures: Name and parameter types tell methods apart; the return type does not.
VIDEO 9 Pass by value: A method gets copies: of numbers, and of references to objects.
CODE_EXAMPLE 7 Overloading: One name, chosen by the arguments.
  static int max(int a, int b) { return a > b ? a : b; }
  static double max(double a, double b) { return a > b ? a : b; }
INTERACTIVE 15 Varargs: Write sum(int... numbers), and call it with none.
TASK BEGINNER Leap years: Print leap or common for the year read.
  | static boolean isLeap(int year) {
  | }
  divisible by four: "2028" -> "leap"
  ordinary: "2026" -> "common"
  centuries: "1900" -> "common" hidden
  HINT Centuries are leap years only if divisible by 400.
? Can a method change which object the caller's variable refers to?
  = No ~ Yes ~ Only if it is static
  It has a copy of the reference, though it can change the object.
? Which pair cannot be in one class?
  = int f(int) and long f(int) ~ int f(int) and int f(long) ~ int f() and int f(int)
  They differ only in the return type.
? What does a void method return?
  = Nothing ~ null ~ 0
  Its call cannot be used as a value.
? What does final on a parameter mean?
  = It cannot be assigned again ~ The object cannot change ~ It must not be null
  It says nothing about the object.
? What ends a recursion?
  = A case that does not call itself ~ The virtual machine ~ A loop
  Without one the stack overflows.

# Objects
> Classes, records, interfaces, and how they work together.
ARTICLE 14 Encapsulation: Fields are private, methods say what may be done. Then a rule is kept in one place.
VIDEO 11 Interfaces: What something can do, whoever does it.
CODE_EXAMPLE 6 Records: A carrier of values, with equals, hashCode and toString.
  record Point(double x, double y) {}
INTERACTIVE 20 equals and hashCode: Put objects into a HashSet, with and without them.
TASK INTERMEDIATE Bank account: Obey deposit, withdraw and balance. A withdrawal beyond the balance prints refused and changes nothing.
  | class Account {
  |     private long balance;
  | }
  deposits: "deposit 50\nbalance" -> "50"
  refused: "deposit 10\nwithdraw 20\nbalance" -> "refused\n10"
  to the last coin: "deposit 20\nwithdraw 20\nbalance" -> "0" hidden
  HINT Compare before you subtract.
? What must two equal objects have?
  = The same hashCode ~ The same address ~ A different hashCode
  Otherwise hash tables do not find them.
? How many classes can a class extend?
  = One ~ Any number ~ None
  It can implement any number of interfaces.
? What does a record not have?
  = Setters ~ Methods ~ A constructor
  Its fields are final.
? What does @Override do?
  = It lets the compiler check that something is overridden ~ It makes overriding possible ~ It hides the base method
  A typo in the name becomes an error.
? What is sealed for?
  = Listing the classes that may extend a type ~ Forbidding objects ~ Making fields final
  A switch over them can then be complete.

# Collections
> Lists, sets and maps.
ARTICLE 12 Which one: A List has an order, a Set no duplicates, a Map finds values by keys.
VIDEO 10 Generics: List<String> takes strings only, and what comes out is a String.
CODE_EXAMPLE 6 Counting words: merge combines old and new.
  Map<String, Integer> counts = new TreeMap<>();
  for (var word : words) counts.merge(word, 1, Integer::sum);
INTERACTIVE 18 Iterate and remove: Meet ConcurrentModificationException, then use removeIf.
TASK INTERMEDIATE Word count: Print each word of the line with its count, most frequent first, ties in alphabetical order.
  | Map<String, Integer> counts = new TreeMap<>();
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT Sorting is stable: sort a TreeMap's entries by value.
? What does List.of(1, 2).add(3) do?
  = It throws UnsupportedOperationException ~ It adds 3 ~ It does not compile
  List.of makes unmodifiable lists.
? Which map keeps its keys sorted?
  = TreeMap ~ HashMap ~ LinkedHashMap
  LinkedHashMap keeps the order of insertion.
? What does set.add(x) return if x was there?
  = false ~ true ~ x
  It says whether the set has changed.
? Why can a List<Integer> not be passed as List<Number>?
  = Somebody could add a Double to it ~ Integer is no Number ~ Lists are final
  List<? extends Number> accepts it, for reading.
? What is the cost of list.get(i) in an ArrayList?
  = Constant ~ Proportional to i ~ Logarithmic
  It is an array inside.

# Exceptions
> Say what went wrong, and clean up.
ARTICLE 12 Checked and unchecked: A checked exception is part of the signature; an unchecked one is mostly a bug.
VIDEO 9 try with resources: What is opened in the head is closed at the end, whatever happens.
CODE_EXAMPLE 6 Closing by itself: The reader is closed even if reading fails.
  try (var reader = Files.newBufferedReader(path)) {
      return reader.readLine();
  }
INTERACTIVE 15 Read a stack trace: Find the first line of your own code, and the cause.
TASK INTERMEDIATE Sum of the valid: Read numbers, one per line, to the end. Skip lines that are no whole number and print the sum.
  | long total = 0;
  clean input: "1\n2\n3" -> "6"
  with noise: "1\nx\n2" -> "3"
  nothing valid: "a\nb" -> "0" hidden
  HINT Long.parseLong throws NumberFormatException.
? Which exception must be declared or caught?
  = IOException ~ NullPointerException ~ IllegalArgumentException
  It is checked: no subclass of RuntimeException.
? When does finally not run?
  = When the virtual machine exits ~ When an exception is thrown ~ After return
  Otherwise it always does.
? Why pass the cause to a new exception?
  = So that its stack trace is not lost ~ Because the compiler demands it ~ To save memory
  The log then shows both.
? What does an empty catch block do?
  = It hides the error ~ It logs the error ~ It ends the program
  Whoever searches for the bug will not thank you.
? What must a class implement to stand in the head of try?
  = AutoCloseable ~ Serializable ~ Iterable
  Its close method is called.

# Streams
> Say what becomes of many values, step by step.
ARTICLE 12 Source, steps, end: Nothing happens before the terminal operation asks for results.
VIDEO 10 Collectors: groupingBy, joining, toMap: from stream to result.
CODE_EXAMPLE 7 Names of adults: Each line one step.
  var names = people.stream()
      .filter(p -> p.age() >= 18)
      .map(Person::name).sorted().toList();
INTERACTIVE 18 Optional: Replace a null check by map and orElse.
TASK INTERMEDIATE By first letter: Group the words of the line by first letter and print the groups in alphabetical order.
  | var words = line.split(" ");
  two letters: "beet apple avocado" -> "a: apple avocado\nb: beet"
  one: "kiwi" -> "k: kiwi"
  order kept: "bean beet" -> "b: bean beet" hidden
  HINT groupingBy takes a map factory: TreeMap::new.
? When does filter run in list.stream().filter(f)?
  = Never, a terminal operation is missing ~ At once ~ When the list changes
  Intermediate operations are lazy.
? How often can a stream be consumed?
  = Once ~ Twice ~ Any number of times
  Ask the source for a new one.
? What does findFirst return?
  = An Optional ~ The element or null ~ A list
  There may be no first element.
? What is Person::name?
  = A method reference ~ A static field ~ A cast
  Short for p -> p.name().
? What does flatMap do?
  = It replaces each element by the elements of a stream ~ It sorts ~ It removes nulls
  One level of nesting goes away.

# Testing
> Know that it works today, and notice when it stops working.
ARTICLE 12 Given, when, then: Prepare, act, observe; and let the name say what is promised.
VIDEO 10 JUnit: A method with @Test is a test; assertions say what must hold.
CODE_EXAMPLE 7 An exception is a result, too: assertThrows returns it.
  @Test
  void refusesNegativeAmounts() {
      assertThrows(IllegalArgumentException.class, () -> account.deposit(-1));
  }
INTERACTIVE 18 Parameterized tests: One body, a table of cases.
TASK ADVANCED Roman numerals: Print the number read, 1 to 3999, as a Roman numeral. Write your tests first.
  | static String roman(int number) {
  | }
  small: "4" -> "IV"
  a year: "2026" -> "MMXXVI"
  the largest: "3999" -> "MMMCMXCIX" hidden
  HINT Go through 1000 M, 900 CM, 500 D and so on, largest first.
? Which argument of assertEquals comes first in JUnit?
  = The expected value ~ The actual value ~ The message
  Swapped, the failure message misleads.
? When does @BeforeEach run?
  = Before every test method ~ Once per class ~ After a failure
  JUnit makes a new object of the test class for each test, too.
? What is a mock?
  = A stand-in that checks how it is used ~ A failed test ~ A copy of the database
  Use it where the call itself is the result.
? How are doubles compared in a test?
  = With a tolerance ~ With == ~ As text
  Results of floating-point arithmetic differ in the last digits.
? What does a test with a real clock risk?
  = Failing at certain times ~ Being too fast ~ Nothing
  Pass a Clock in, and let it stand still.
`;
