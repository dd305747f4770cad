/** See parse-course.ts for the notation. */
export const python = String.raw`
@ BEGINNER A language that reads almost like English, from first scripts to data science and web services.

# First steps
> Run Python, print to the screen, and read what somebody types.
ARTICLE 10 Why Python: Python is read far more often than it is written, so its grammar keeps noise away:
  indentation marks blocks, a line ends a statement, and names carry the meaning.
VIDEO 8 Installing and running: Install Python, start the interactive prompt, and run a file with python hello.py.
CODE_EXAMPLE 6 Hello, you: The smallest program that talks back.
  name = input("Your name? ")
  print(f"Hello, {name}!")
INTERACTIVE 15 The prompt as a calculator: Try 7 / 2, 7 // 2 and 7 % 2, and predict each result before you press Enter.
TASK BEGINNER Greeting: Read a name and greet it. If the line is empty, greet the stranger instead.
  | name = input().strip()
  | # print the greeting here
  a name: "Ada" -> "Hello, Ada!"
  with spaces: "  Grace " -> "Hello, Grace!"
  nobody: "" -> "Hello, stranger!" hidden
  HINT An empty string counts as false: name or "stranger".
? What does print(7 // 2) show?
  = 3 ~ 3.5 ~ 4
  // is floor division: it rounds down to a whole number.
? Which type does input() return?
  = str ~ int ~ It depends on what is typed
  input() always returns text; int() or float() turn it into a number.
? What marks the body of a block in Python?
  = Its indentation ~ Curly braces ~ The word end
  Lines of one block start at the same column.
? What is f"{2 + 3}"?
  = The string "5" ~ The string "{2 + 3}" ~ The number 5
  An f-string evaluates what stands in braces and puts its text in place.
? Which line is a comment?
  = # total ~ // total ~ -- total
  Everything from # to the end of the line is ignored.

# Control flow
> Let a program decide and repeat.
ARTICLE 12 if, elif, else: Conditions are tried from top to bottom and the first true one wins.
  Empty strings, empty lists, zero and None count as false.
VIDEO 9 Loops: for walks over the items of something, while repeats as long as a condition holds.
CODE_EXAMPLE 8 Counting down: range stops before its second argument.
  for n in range(3, 0, -1):
      print(n)
  print("Lift-off!")
INTERACTIVE 15 Guess the number: Write a loop that ends with break once the guess is right.
TASK BEGINNER FizzBuzz: Print the numbers from 1 to n, but Fizz for multiples of 3, Buzz for multiples of 5, FizzBuzz for both.
  | n = int(input())
  | for i in range(1, n + 1):
  |     ...
  up to five: "5" -> "1\n2\nFizz\n4\nBuzz"
  only one: "1" -> "1"
  both: "15" -> "1\n2\nFizz\n4\nBuzz\nFizz\n7\n8\nFizz\nBuzz\n11\nFizz\n13\n14\nFizzBuzz" hidden
  HINT Test for both before you test for one of them.
? How often does for i in range(2, 5) run its body?
  = 3 times ~ 4 times ~ 5 times
  range(2, 5) yields 2, 3 and 4.
? What does continue do in a loop?
  = It goes on with the next round ~ It ends the loop ~ It restarts the loop from the beginning
  break ends the loop, continue only the current round.
? When does the else of a for loop run?
  = When the loop ended without break ~ When the loop body never ran ~ After every round
  It is the branch for "searched everything and found nothing".
? Which value counts as true?
  = "0" ~ 0 ~ []
  A string is false only if it is empty, and "0" has one character.
? What does 1 < 2 < 3 mean?
  = 1 < 2 and 2 < 3 ~ (1 < 2) < 3 ~ It is a syntax error
  Comparisons chain: each neighbour pair must hold.

# Functions
> Name a piece of work once and use it everywhere.
ARTICLE 12 Parameters and return: A function without return gives None. Arguments can be passed by position or by name.
VIDEO 10 Scope: A name assigned inside a function is local to it, unless it is declared global or nonlocal.
CODE_EXAMPLE 7 Defaults and keywords: Callers say only what differs.
  def greet(name, greeting="Hello"):
      return f"{greeting}, {name}!"
  greet("Ada", greeting="Welcome")
INTERACTIVE 15 Collecting arguments: Write total(*numbers) and call it with two, with five and with no numbers.
TASK BEGINNER Celsius and Fahrenheit: Write to_fahrenheit(celsius) and print its result for the number read, rounded to one decimal.
  | def to_fahrenheit(celsius):
  |     ...
  | print(round(to_fahrenheit(float(input())), 1))
  freezing: "0" -> "32.0"
  boiling: "100" -> "212.0"
  where both scales meet: "-40" -> "-40.0" hidden
  HINT Fahrenheit is celsius times 9 / 5 plus 32.
? What does a function without a return statement return?
  = None ~ 0 ~ The value of its last line
  Python never returns the last value by itself.
? When is the default in def f(items=[]) created?
  = Once, when the def statement runs ~ At each call ~ At the first call that omits it
  All calls share that one list; use None and create the list inside.
? What is args in def f(*args)?
  = A tuple of the positional arguments ~ A list of all arguments ~ A dict of the keyword arguments
  Keyword arguments are collected by **kwargs.
? Which call is valid for def f(a, b=2)?
  = f(b=1, a=0) ~ f(b=1) ~ f(a=1, 2)
  a has no default, and positional arguments come before keyword arguments.
? What is lambda x: x * 2?
  = An anonymous function of one expression ~ A class ~ A variable declaration
  A lambda returns the value of its single expression.

# Lists and dictionaries
> Keep many values together and find them again.
ARTICLE 14 Lists: A list is an ordered, changeable sequence. Negative indexes count from the end, slices copy a part.
VIDEO 9 Dictionaries: A dictionary finds a value by its key in about constant time, however large it grows.
CODE_EXAMPLE 8 Counting words: get has a default for keys that are not there yet.
  counts = {}
  for word in text.split():
      counts[word] = counts.get(word, 0) + 1
INTERACTIVE 18 Comprehensions: Turn a loop that appends into [f(x) for x in items if keep(x)].
TASK INTERMEDIATE Word count: Read a line and print each word with its count, most frequent first, ties in alphabetical order.
  | words = input().lower().split()
  | counts = {}
  two words: "tick tock tick" -> "tick 2\ntock 1"
  mixed case: "The the THE" -> "the 3"
  a tie: "pear apple pear apple" -> "apple 2\npear 2" hidden
  HINT sorted accepts a key that returns a tuple.
  HINT A negative count sorts descending.
? What is [1, 2, 3][-1]?
  = 3 ~ 1 ~ An IndexError
  -1 is the last item.
? What does b = a do when a is a list?
  = Both names refer to one list ~ b becomes a copy ~ b becomes a read-only view
  Assignment never copies; use a.copy() or a[:].
? What happens on d["x"] if the key is missing?
  = KeyError ~ None is returned ~ The key is added
  d.get("x") returns None instead.
? Which can be a dictionary key?
  = (1, 2) ~ [1, 2] ~ {1: 2}
  Keys must be hashable; lists and dicts can change and are not.
? What is [x * x for x in range(4) if x % 2]?
  = [1, 9] ~ [0, 4] ~ [0, 1, 4, 9]
  The condition keeps the odd numbers 1 and 3.

# Files and errors
> Read and write files, and survive what goes wrong.
ARTICLE 12 with and open: with closes the file even if the block fails. Name the encoding: utf-8.
VIDEO 10 Exceptions: An exception travels up the calls until somebody handles it. Catch only what you can deal with.
CODE_EXAMPLE 8 A safe number: try holds as little as possible.
  try:
      value = float(text)
  except ValueError:
      value = 0.0
INTERACTIVE 15 Read it backwards: Open a file, read its lines, and write them to a second file in reverse.
TASK INTERMEDIATE Sum of the valid: Read numbers, one per line, until the input ends. Skip lines that are no number and print the sum.
  | import sys
  | total = 0
  | for line in sys.stdin:
  |     ...
  clean input: "1\n2\n3" -> "6"
  with noise: "1\nx\n2" -> "3"
  nothing valid: "a\nb" -> "0" hidden
  HINT int() raises ValueError for text that is no number.
? What does with open(p) as f guarantee?
  = The file is closed when the block ends, even by an exception ~ The file exists ~ Nobody else can open it
  It is a context manager; closing is what it manages.
? Which except clause hides a Ctrl+C?
  = A bare except: ~ except ValueError: ~ except OSError:
  KeyboardInterrupt is no subclass of Exception, but a bare except catches everything.
? When does finally run?
  = Always ~ Only after an exception ~ Only without an exception
  It is the place for what must happen either way.
? What does open(path, "w") do to an existing file?
  = It empties it ~ It appends to it ~ It raises FileExistsError
  "a" appends, "x" refuses an existing file.
? How do you pass an exception on after logging it?
  = raise ~ return ~ pass
  raise without an argument raises the current exception again, with its traceback.

# Classes
> Put data and what belongs to it under one name.
ARTICLE 14 Objects and self: A method receives its object as first argument, self by convention; __init__ sets it up.
VIDEO 11 Inheritance: A subclass adds to its base or replaces parts of it. Prefer composition where "is a" does not fit.
CODE_EXAMPLE 8 A data class: fields in, __init__ and __eq__ for free.
  from dataclasses import dataclass
  @dataclass
  class Point:
      x: float
      y: float
INTERACTIVE 20 Properties: Turn a plain attribute into a property that refuses negative values.
TASK INTERMEDIATE Bank account: Write Account with deposit and withdraw. A withdrawal beyond the balance prints "refused" and changes nothing.
  | class Account:
  |     def __init__(self):
  |         self.balance = 0
  deposits: "deposit 50\nbalance" -> "50"
  refused: "deposit 10\nwithdraw 20\nbalance" -> "refused\n10"
  to the last coin: "deposit 20\nwithdraw 20\nbalance" -> "0" hidden
  HINT Compare before you subtract.
? What is self?
  = The object the method was called on ~ The class ~ A reserved word
  It is an ordinary parameter; only its name is a convention.
? What is shared by all instances?
  = An attribute assigned in the class body ~ An attribute assigned in __init__ ~ A local variable of a method
  Attributes assigned on self belong to one object.
? Which method decides what print(obj) shows?
  = __str__ ~ __init__ ~ __call__
  Without __str__, Python falls back to __repr__.
? What does super().__init__() do?
  = It runs the initialiser of the next class in line ~ It creates a second object ~ It makes the class abstract
  The order of classes is the method resolution order.
? What does @property make possible?
  = Reading a computed value like an attribute ~ Private attributes ~ Faster access
  The method runs, but callers write obj.area, not obj.area().

# Modules and packages
> Split a program into files, and use what others have written.
ARTICLE 12 import: A module is a file, executed once per process at its first import. A package is a folder of modules.
VIDEO 9 Virtual environments: python -m venv gives each project packages of its own; pip installs into it.
CODE_EXAMPLE 6 Script and module in one: the guard keeps imports silent.
  if __name__ == "__main__":
      main()
INTERACTIVE 15 The standard library: Find the module for JSON, for dates, for temporary files and for command lines.
TASK INTERMEDIATE Days between: Read two dates as YYYY-MM-DD and print the number of days between them, never negative.
  | from datetime import date
  | a, b = input().split()
  a week: "2026-01-01 2026-01-08" -> "7"
  backwards: "2026-01-08 2026-01-01" -> "7"
  over a leap day: "2028-02-28 2028-03-01" -> "2" hidden
  HINT date.fromisoformat reads such a date, and dates can be subtracted.
? How often is a module's code executed if five modules import it?
  = Once ~ Five times ~ Never, only its functions are
  Later imports find it in sys.modules.
? What is __name__ in a file that is run directly?
  = "__main__" ~ The file's name ~ None
  Imported, it is the module's name instead.
? What does from math import pi do?
  = It binds the name pi in this module ~ It copies the whole module ~ It makes pi global for all modules
  The module math is loaded, but only pi is bound here.
? Why use a virtual environment?
  = Each project gets its own package versions ~ Programs run faster ~ Python cannot import without one
  Two projects can then need two versions of one package.
? What does a file requirements.txt list?
  = Packages to install ~ Modules of the project ~ Functions of a module
  pip install -r requirements.txt installs them.

# Testing
> Know that it works today, and notice when it stops working.
ARTICLE 12 What a test is: Given some state, when something happens, then something can be observed. One reason to fail per test.
VIDEO 10 pytest: A function named test_… with a plain assert is a test; pytest shows both sides when it fails.
CODE_EXAMPLE 8 A test and its cases: one body, several inputs.
  @pytest.mark.parametrize("text, expected", [("a", 1), ("", 0)])
  def test_length(text, expected):
      assert len(text) == expected
INTERACTIVE 18 Red, green, refactor: Write the test first, watch it fail, then make it pass.
TASK ADVANCED Roman numerals: Read a number from 1 to 3999 and print it as a Roman numeral. Write your tests first.
  | def roman(number):
  |     ...
  | print(roman(int(input())))
  small: "4" -> "IV"
  a year: "2026" -> "MMXXVI"
  the largest: "3999" -> "MMMCMXCIX" hidden
  HINT Go through the pairs 1000 M, 900 CM, 500 D, 400 CD and so on, largest first.
? What does pytest collect by default?
  = Functions named test_* in files named test_*.py ~ Every function with an assert ~ Only classes
  Files named *_test.py are collected as well.
? What is a fixture?
  = Prepared state that a test asks for by parameter name ~ A bug that was fixed ~ A test that must not fail
  pytest creates it before the test and cleans up after it.
? How do you test that code raises ValueError?
  = with pytest.raises(ValueError): ~ try: without except ~ assert ValueError
  The test fails if the block ends without that exception.
? Why is a test that depends on another test's result bad?
  = It cannot run alone or in another order ~ It is slower ~ pytest forbids it
  Independent tests say exactly what is broken.
? What does 100 % line coverage prove?
  = Every line ran at least once in a test ~ Every result was checked ~ There are no bugs
  A line can run without anybody looking at what it did.
`;
