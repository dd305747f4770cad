/** See parse-course.ts for the notation. */
export const csharp = String.raw`
@ BEGINNER A modern language for services, desktop programs and games on .NET.

# Hello console
> Create, run, and talk to a program.
ARTICLE 10 dotnet: dotnet new console creates a project, dotnet run builds and starts it.
VIDEO 8 Top-level statements: A program may begin with its first line; the compiler writes the class around it.
CODE_EXAMPLE 6 Hello, you: ReadLine may return null at the end of the input.
  var name = Console.ReadLine();
  Console.WriteLine($"Hello, {name}!");
INTERACTIVE 15 Read an error: Remove a semicolon, misspell a name, and find the error's number.
TASK BEGINNER Greeting: Read a name and print a greeting. An empty line is greeted as stranger.
  | var name = Console.ReadLine()?.Trim();
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT string.IsNullOrEmpty tests both.
? What does dotnet run do?
  = It builds the project and starts it ~ It only starts it ~ It installs .NET
  dotnet build only builds.
? What marks an interpolated string?
  = $ before the quote ~ @ before the quote ~ # before the quote
  @ makes a verbatim string.
? What does Console.ReadLine return at the end of the input?
  = null ~ "" ~ An exception
  Its type is string?.
? How many files of a project may have top-level statements?
  = One ~ Any number ~ None
  There is one entry point.
? What does using System; do?
  = It saves writing the namespace ~ It loads a library ~ It closes System
  References to libraries stand in the project file.

# Types and conversions
> Values, references, and what may be null.
ARTICLE 12 struct and class: A struct is copied, a class is referred to.
VIDEO 9 Nullable reference types: string? may be null, string may not, and the compiler watches.
CODE_EXAMPLE 6 Parse without exceptions: The result says whether it worked.
  if (int.TryParse(text, out var number))
      Console.WriteLine(number * 2);
INTERACTIVE 15 checked: Overflow an int, silently and loudly.
TASK BEGINNER Temperature: Convert the Celsius value read to Fahrenheit, with one decimal.
  | var celsius = double.Parse(Console.ReadLine()!);
  freezing: "0" -> "32.0"
  boiling: "100" -> "212.0"
  where both scales meet: "-40" -> "-40.0" hidden
  HINT The format F1 prints one decimal.
? What is 7 / 2 for two ints?
  = 3 ~ 3.5 ~ 4
  Make one of them a double.
? Which type is right for money?
  = decimal ~ double ~ float
  It calculates in base ten.
? What is boxing?
  = Wrapping a value type in an object ~ Copying an array ~ Locking an object
  It happens when an int becomes an object.
? What does a ?? b give?
  = a, or b if a is null ~ a and b ~ true if both are null
  ??= assigns only if the left side is null.
? What is default(int?)?
  = null ~ 0 ~ An error
  int? can say that there is no number.

# Methods and parameters
> Work with a name.
ARTICLE 12 ref, out, in: How a method may use the caller's variable.
VIDEO 9 Optional and named arguments: Say what differs, and name what is not obvious.
CODE_EXAMPLE 6 Two results: A tuple with names.
  static (int Min, int Max) Range(int[] values) =>
      (values.Min(), values.Max());
INTERACTIVE 15 params: Write Sum(params int[] numbers), and call it with none.
TASK BEGINNER Leap years: Print leap or common for the year read.
  | static bool IsLeap(int year) => false;
  divisible by four: "2028" -> "leap"
  ordinary: "2026" -> "common"
  centuries: "1900" -> "common" hidden
  HINT Centuries are leap years only if divisible by 400.
? What must a method do with an out parameter?
  = Assign it ~ Read it ~ Nothing
  The caller need not have initialised it.
? What does => after a signature mean?
  = The body is one expression ~ The method is asynchronous ~ It is a lambda only
  It is an expression-bodied member.
? Where are default values of parameters stored?
  = In the calling code, when it is compiled ~ In the method ~ In a file
  After a change, callers must be compiled again.
? What is a local function?
  = A function inside another one ~ A private method ~ A static class
  It can use the variables around it.
? How are extension methods written?
  = static, with this before the first parameter ~ With extends ~ In the extended class
  They are called as if they belonged to the type.

# Classes and records
> Objects with rules, and values with names.
ARTICLE 12 Properties: They look like fields and are methods; init allows setting only at creation.
VIDEO 10 Records: Equality by value, and copies with changes.
CODE_EXAMPLE 6 A copy with a change: The original stays as it was.
  record Point(double X, double Y);
  var moved = start with { X = 5 };
INTERACTIVE 18 Interfaces: Let two classes share one, and write code that needs only it.
TASK INTERMEDIATE Bank account: Obey deposit, withdraw and balance. A withdrawal beyond the balance prints refused and changes nothing.
  | class Account { public long Balance { get; private set; } }
  deposits: "deposit 50\nbalance" -> "50"
  refused: "deposit 10\nwithdraw 20\nbalance" -> "refused\n10"
  to the last coin: "deposit 20\nwithdraw 20\nbalance" -> "0" hidden
  HINT Compare before you subtract.
? How do two records compare with ==?
  = By their values ~ By reference ~ They do not
  Classes compare by reference unless they say otherwise.
? What does private set mean?
  = Only the class itself can assign ~ Nobody can assign ~ Nobody can read
  Reading is as public as the property.
? What may be overridden in a subclass?
  = What is virtual or abstract ~ Every method ~ Static methods
  Otherwise a method of the same name only hides it.
? What does sealed on a class do?
  = It forbids deriving from it ~ It forbids objects ~ It makes fields readonly
  It also helps the compiler.
? What does required on a property demand?
  = That it is set when the object is created ~ That it is not null ~ That it is public
  The compiler checks each new expression.

# Collections
> Lists, dictionaries, sets.
ARTICLE 12 Which one: List<T> for order, Dictionary<K, V> for keys, HashSet<T> for no duplicates.
VIDEO 9 IEnumerable: What foreach needs, and what yield return makes.
CODE_EXAMPLE 6 Counting words: GetValueOrDefault saves a branch.
  foreach (var word in words)
      counts[word] = counts.GetValueOrDefault(word) + 1;
INTERACTIVE 18 yield: Write an endless sequence, and take ten of it.
TASK INTERMEDIATE Word count: Print each word of the line with its count, most frequent first, ties in alphabetical order.
  | var counts = new Dictionary<string, int>();
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT OrderByDescending, then ThenBy.
? What does dictionary["x"] do if x is missing?
  = It throws KeyNotFoundException ~ It returns null ~ It adds x
  TryGetValue asks first.
? What happens when a list changes during foreach?
  = InvalidOperationException ~ Nothing ~ The new items are visited
  Iterate over a copy, or remove with RemoveAll.
? What does yield return make?
  = A lazy sequence ~ A list ~ A task
  The body runs as far as the consumer asks.
? What is names[^1]?
  = The last item ~ The first item ~ A power
  ^1 counts from the end.
? Which collection finds a member fastest?
  = HashSet<T> ~ List<T> ~ LinkedList<T>
  It looks by hash code.

# Queries with LINQ
> Filter, project, group: in the language.
ARTICLE 12 Deferred execution: A query runs when it is enumerated, and each time again.
VIDEO 10 Two notations: from … where … select, or methods: the same thing.
CODE_EXAMPLE 7 Names of adults: Each line one step.
  var names = people
      .Where(p => p.Age >= 18)
      .OrderBy(p => p.Name)
      .Select(p => p.Name);
INTERACTIVE 18 Group and count: How many words of each length?
TASK INTERMEDIATE By first letter: Group the words of the line by first letter and print the groups in alphabetical order.
  | var words = line.Split(' ');
  two letters: "beet apple avocado" -> "a: apple avocado\nb: beet"
  one: "kiwi" -> "k: kiwi"
  order kept: "bean beet" -> "b: bean beet" hidden
  HINT string.Join puts the words of a group together.
? When does a Where clause run?
  = When the query is enumerated ~ When it is written ~ When the program starts
  ToList makes it run now.
? What does First do on an empty sequence?
  = It throws ~ It returns null ~ It returns 0
  FirstOrDefault does not throw.
? What does SelectMany do?
  = It flattens sequences of sequences ~ It selects many columns ~ It repeats
  One level of nesting goes away.
? Why is Count() > 0 worse than Any()?
  = It may go through everything ~ It is wrong ~ It throws on empty sequences
  Any stops at the first item.
? What does a query see that is enumerated twice?
  = The source as it is each time ~ The source at its creation ~ Nothing the second time
  Keep results with ToList.

# Async and await
> Wait without blocking a thread.
ARTICLE 14 Task: A task is work that will finish. await continues after it, and the thread is free meanwhile.
VIDEO 10 Cancellation: Pass a CancellationToken along, and stop when nobody waits any more.
CODE_EXAMPLE 6 Together: Both requests run at the same time.
  var results = await Task.WhenAll(
      client.GetStringAsync(a), client.GetStringAsync(b));
INTERACTIVE 20 A deadlock: Block on .Result in a desktop program, and explain what you see.
TASK ADVANCED Retries: The input is attempts allowed, then ok or fail per line. Print ok with the number of tries, or failed.
  | async Task<int> Try(int attempts) => 0;
  at once: "3\nok" -> "ok 1"
  at last: "3\nfail\nfail\nok" -> "ok 3"
  never: "2\nfail\nfail\nok" -> "failed" hidden
  HINT Stop reading when the attempts are used up.
? What does await do to the thread?
  = It frees it until the task is done ~ It blocks it ~ It starts a new one
  That is why a server can hold many requests.
? Why avoid async void?
  = Nobody can await it or catch its exceptions ~ It is slower ~ It does not compile
  Event handlers are the exception.
? When does Task.WhenAll fail?
  = When all are done and one has failed ~ At the first failure, at once ~ Never
  It waits for the rest before it throws.
? What does a CancellationToken do to running code?
  = It asks it to stop ~ It aborts it ~ It pauses it
  The code must look, or pass it on.
? What is .Result on a task that is not done?
  = A blocked thread ~ null ~ An awaited result
  In some programs it never wakes up again.

# Testing
> Know that it works today, and notice when it stops working.
ARTICLE 12 Arrange, act, assert: Three steps, one behaviour, and a name that states it.
VIDEO 10 xUnit: A method with [Fact] is a test; [Theory] runs it for each line of data.
CODE_EXAMPLE 6 A theory: Two tests, one body.
  [Theory, InlineData(2028, true), InlineData(1900, false)]
  public void Knows_leap_years(int year, bool leap) => Assert.Equal(leap, IsLeap(year));
INTERACTIVE 18 A clock to turn: Inject TimeProvider, and test what happens at midnight.
TASK ADVANCED Roman numerals: Print the number read, 1 to 3999, as a Roman numeral. Write your tests first.
  | static string Roman(int number) => "";
  small: "4" -> "IV"
  a year: "2026" -> "MMXXVI"
  the largest: "3999" -> "MMMCMXCIX" hidden
  HINT Go through 1000 M, 900 CM, 500 D and so on, largest first.
? When does xUnit create the test class?
  = For each test ~ Once ~ Once per assembly
  Fields are therefore never shared between tests.
? How is an exception tested in xUnit?
  = Assert.Throws<T>(() => …) ~ [ExpectedException] ~ try without catch
  It returns the exception for further checks.
? What is a fake?
  = A working, simpler replacement ~ A failed test ~ A generated name
  A list instead of a database, for example.
? What should a test not depend on?
  = The order of the tests ~ Its input ~ The code it tests
  It must give the same result alone.
? What does a test that never failed prove?
  = Nothing yet ~ That the code is right ~ That it is fast
  Break the code once, and watch it turn red.
`;
