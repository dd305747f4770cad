/** See parse-course.ts for the notation. */
export const sql = String.raw`
@ BEGINNER Ask a database for what you want to know; how to find it is the database's work.

# Selecting rows
> Tables, columns, rows, and the question that reads them.
ARTICLE 10 A table is a set: Rows have no order of their own. Say ORDER BY whenever the order matters.
VIDEO 8 Your first query: SELECT names the columns, FROM the table; the result is again a table.
CODE_EXAMPLE 6 Computed columns: An expression gets its name by AS.
  SELECT title, price_cents / 100.0 AS price FROM books;
INTERACTIVE 15 Distinct: List the countries of all customers, each once.
TASK BEGINNER Cheap books: List title and price_cents of all books below 1000 cents, by title.
  | SELECT title, price_cents FROM books
  two of three: "books: Emma 900, Ulysses 1500, Walden 700" -> "Emma 900\nWalden 700"
  none: "books: Ulysses 1500" -> ""
  the limit itself: "books: Emma 1000, Walden 999" -> "Walden 999" hidden
  HINT Below means that the limit itself is out.
? What does SELECT * give?
  = All columns ~ All tables ~ The number of rows
  Name the columns in programs: a new one would change the result.
? In which order do rows come without ORDER BY?
  = In any order ~ By primary key ~ In the order of insertion
  It may change with the next plan.
? What does SELECT DISTINCT city remove?
  = Rows that are equal in all selected columns ~ Rows without a city ~ Rows from the table
  Nothing is deleted, duplicates are only not shown.
? What is 5 / 2 for two integers in PostgreSQL?
  = 2 ~ 2.5 ~ 3
  Division of integers truncates; write 5 / 2.0.
? Which clause is evaluated first?
  = FROM ~ SELECT ~ ORDER BY
  That is why WHERE cannot see a name given in SELECT.

# Filtering and sorting
> The rows you want, in the order you want.
ARTICLE 12 WHERE: A row stays if the condition is true. With NULL it is neither true nor false, and the row goes.
VIDEO 9 NULL: The value that is not known. IS NULL finds it; = NULL never does.
CODE_EXAMPLE 7 The next page: Ties are broken by the key, so that no row is shown twice.
  SELECT id, title FROM books
  WHERE (title, id) > ('Emma', 7) ORDER BY title, id LIMIT 20;
INTERACTIVE 15 Patterns: Find names with LIKE, then with ILIKE, and count what changed.
TASK BEGINNER Without an author: List the titles of books whose author is unknown, by title.
  | SELECT title FROM books WHERE
  one: "books: Emma Austen, Beowulf NULL" -> "Beowulf"
  none: "books: Emma Austen" -> ""
  two: "books: Njal NULL, Beowulf NULL" -> "Beowulf\nNjal" hidden
  HINT Nothing equals NULL.
? What does WHERE author = NULL return?
  = No rows ~ Rows without author ~ An error
  The comparison is unknown for every row.
? What does a NOT IN (list with a NULL) return?
  = No rows ~ All rows not in the list ~ An error
  No value is known to differ from an unknown one; use NOT EXISTS.
? Which finds all titles that start with "The "?
  = title LIKE 'The %' ~ title LIKE 'The _' ~ title = 'The *'
  % stands for any characters, _ for exactly one.
? Where do NULLs sort by default in PostgreSQL with ORDER BY x?
  = Last ~ First ~ They are left out
  NULLS FIRST says otherwise.
? What does OFFSET 10000 cost?
  = Reading and dropping 10000 rows ~ Nothing ~ An index on the offset
  A condition on the last key seen starts at the right place.

# Joins
> Put together what stands in two tables.
ARTICLE 12 Keys: A primary key names a row; a foreign key in another table points at it.
VIDEO 10 Inner and outer: An inner join drops rows without a partner, a left join keeps those of the left table.
CODE_EXAMPLE 7 Books with authors: USING joins columns of one name.
  SELECT b.title, a.name
  FROM books b JOIN authors a ON a.id = b.author_id;
INTERACTIVE 18 Who has no orders: Write it with LEFT JOIN and IS NULL, then with NOT EXISTS.
TASK INTERMEDIATE Customers without orders: List the names of customers who have never ordered, by name.
  | SELECT c.name FROM customers c
  one of two: "customers: 1 Ada, 2 Bob; orders: 1" -> "Bob"
  everybody: "customers: 1 Ada; orders: 1 1" -> ""
  nobody ordered: "customers: 2 Bob, 1 Ada; orders:" -> "Ada\nBob" hidden
  HINT An anti join: keep what has no partner.
? How many rows has a LEFT JOIN at least?
  = As many as the left table ~ As many as the right table ~ Zero
  Each left row appears, with NULLs if it has no partner.
? What turns a LEFT JOIN into an inner one by mistake?
  = A WHERE condition on the right table ~ ORDER BY ~ A second LEFT JOIN
  Rows without partner have NULL there; put the condition into ON.
? What is CROSS JOIN of 10 and 20 rows?
  = 200 rows ~ 30 rows ~ 20 rows
  Every row meets every other.
? Why does a join sometimes multiply rows?
  = One row has several partners ~ Tables are unsorted ~ Keys are indexed
  Count before you sum.
? What is a self join?
  = A join of a table with itself ~ A join without condition ~ A join by name
  It needs two aliases, say employee and manager.

# Grouping
> From rows to numbers.
ARTICLE 12 GROUP BY: Rows with equal values become one; aggregates say what becomes of the rest.
VIDEO 10 HAVING: WHERE filters rows before they are grouped, HAVING filters groups.
CODE_EXAMPLE 7 Sales by month: date_trunc makes the groups.
  SELECT date_trunc('month', sold_at) AS month, sum(amount)
  FROM sales GROUP BY month ORDER BY month;
INTERACTIVE 18 Windows: Show each sale beside the running total of its customer.
TASK INTERMEDIATE Busy customers: List customer and number of orders for everybody with at least two, most first, ties by name.
  | SELECT customer, count(*) FROM orders
  one: "orders: Ada, Bob, Ada" -> "Ada 2"
  a tie: "orders: Bob, Ada, Bob, Ada" -> "Ada 2\nBob 2"
  nobody: "orders: Ada, Bob" -> "" hidden
  HINT The condition is about the group.
? What does count(author) not count?
  = Rows whose author is NULL ~ Equal authors ~ The first row
  count(*) counts all rows.
? What is sum(x) over no rows?
  = NULL ~ 0 ~ An error
  coalesce(sum(x), 0) if you need a number.
? Which may stand in SELECT of a grouped query?
  = Grouping columns and aggregates ~ Any column ~ Only aggregates
  Another column could have many values in one group.
? Where does the condition avg(price) > 10 belong?
  = HAVING ~ WHERE ~ FROM
  It is about a group, not about a row.
? What does a window function do to the number of rows?
  = Nothing ~ It groups them ~ It doubles them
  It computes over other rows, but each row stays.

# Changing data
> Insert, update, delete, and be sure what you did.
ARTICLE 12 One statement, many rows: An UPDATE says what becomes of all rows that fit, at once.
VIDEO 9 RETURNING: See what was written, without asking again.
CODE_EXAMPLE 7 Insert or update: One statement, and no race.
  INSERT INTO counters (name, n) VALUES ('visits', 1)
  ON CONFLICT (name) DO UPDATE SET n = counters.n + 1;
INTERACTIVE 15 The missing WHERE: Practise inside BEGIN and ROLLBACK what you would not dare outside.
TASK INTERMEDIATE Raise prices: Raise all prices below 1000 by ten percent, rounded down, and list all books by title.
  | UPDATE books SET price_cents =
  one of two: "books: Emma 900, Ulysses 1500" -> "Emma 990\nUlysses 1500"
  rounding: "books: Walden 705" -> "Walden 775"
  the limit itself: "books: Emma 1000" -> "Emma 1000" hidden
  HINT Integer division rounds down for positive numbers.
? What does DELETE FROM books do?
  = It deletes all rows ~ It deletes the table ~ It asks for a condition
  The table stays, empty.
? What does RETURNING id do in an INSERT?
  = It returns the ids of the new rows ~ It returns the last id of the table ~ It checks the ids
  It also works for UPDATE and DELETE.
? What does ON CONFLICT DO NOTHING need to detect a conflict?
  = A unique constraint or index ~ A trigger ~ A lock
  Without one, nothing conflicts.
? How is 100 subtracted from a balance without a race?
  = UPDATE … SET balance = balance - 100 ~ SELECT, compute, UPDATE ~ DELETE and INSERT
  The statement reads and writes the same locked row.
? How does a program pass a user's input to a query?
  = As a parameter ~ By concatenation ~ In a comment
  A parameter is never parsed as SQL.

# Tables and constraints
> Let the database refuse what cannot be true.
ARTICLE 14 Types and NOT NULL: The best check is the one that every program gets without asking.
VIDEO 10 Foreign keys: ON DELETE says what becomes of the children: RESTRICT, CASCADE or SET NULL.
CODE_EXAMPLE 8 A table with rules: Name your constraints, errors will carry the name.
  CREATE TABLE products (
    sku text PRIMARY KEY,
    price_cents int NOT NULL CONSTRAINT products_price_check CHECK (price_cents >= 0)
  );
INTERACTIVE 18 Normal forms: Split a table with repeated addresses into two.
TASK INTERMEDIATE Orphans: List the order numbers whose customer does not exist, ascending: the foreign key that is missing would have refused them.
  | SELECT o.number FROM orders o
  one: "customers: 1, 2; orders: 10 1, 11 3" -> "11"
  none: "customers: 1; orders: 10 1" -> ""
  all: "customers:; orders: 12 5, 11 4" -> "11\n12" hidden
  HINT NOT EXISTS, or a left join.
? What does a CHECK accept when its condition is NULL?
  = The row ~ Nothing ~ Only the first row
  A check refuses only what is false; add NOT NULL.
? How many NULLs does a UNIQUE column allow by default?
  = Any number ~ One ~ None
  Two unknown values are not known to be equal.
? What does ON DELETE RESTRICT do?
  = It refuses to delete a parent that has children ~ It deletes the children ~ It clears the reference
  Right wherever the children are worth more than the deletion.
? Why store money in integers?
  = Floating point cannot hold 0.10 exactly ~ They sort faster ~ Currencies have no decimals
  Count cents, or use numeric.
? What is a partial unique index for?
  = Uniqueness among the rows that fit a condition ~ Uniqueness of a part of a text ~ Saving a foreign key
  For example one active subscription per user.

# Indexes
> Find a row without reading all of them.
ARTICLE 14 B-trees: A sorted copy of some columns. It finds equal values and ranges, and it can deliver an order.
VIDEO 11 EXPLAIN: Read a plan from the inside out, and compare the estimated rows with the real ones.
CODE_EXAMPLE 6 Filter, then sort: One index serves both.
  CREATE INDEX orders_customer_id_created_at_idx ON orders (customer_id, created_at DESC);
INTERACTIVE 20 Before and after: Measure a query, add an index, and measure again.
TASK ADVANCED Which index: Each line is a query's filter and sort columns, separated by a slash. Print the columns of the index that serves it.
  | -- equality columns first, then the sort columns
  filter and sort: "customer_id/created_at" -> "customer_id, created_at"
  filter only: "email/" -> "email"
  no repetition: "a b/b c" -> "a, b, c" hidden
  HINT A column that is fixed needs no second place.
? Which query can use an index on (a, b)?
  = WHERE a = 1 ~ WHERE b = 1 ~ WHERE a + 1 = 2
  The index is sorted by a first, and knows nothing of expressions.
? What does an index cost?
  = Space, and work at every write ~ Nothing ~ Only space
  An index that no query needs is only a cost.
? What does Seq Scan in a plan mean?
  = The whole table is read ~ An index is read in order ~ An error
  For small tables that is the fastest way.
? Why may lower(email) = 'x' not use an index on email?
  = The index holds email, not lower(email) ~ Functions forbid indexes ~ Text is never indexed
  An index on the expression does it.
? What does EXPLAIN ANALYZE do with an UPDATE?
  = It runs it ~ It only plans it ~ It refuses
  Wrap it in BEGIN and ROLLBACK.

# Transactions
> All or nothing, even when others write at the same time.
ARTICLE 14 ACID: Atomic, consistent, isolated, durable: four promises, and what each costs.
VIDEO 11 Isolation levels: Read committed sees what was committed before each statement, repeatable read before the first.
CODE_EXAMPLE 8 A transfer: Both, or neither.
  BEGIN;
  UPDATE accounts SET balance = balance - 50 WHERE id = 1;
  UPDATE accounts SET balance = balance + 50 WHERE id = 2;
  COMMIT;
INTERACTIVE 20 Two sessions: Lose an update on purpose, then prevent it with FOR UPDATE.
TASK ADVANCED Replay: The input lists begin, set x n, commit and rollback. Print the committed value of x, which starts at 0.
  | -- what is not committed was never there
  committed: "begin\nset x 5\ncommit" -> "5"
  rolled back: "begin\nset x 5\nrollback" -> "0"
  two: "begin\nset x 5\ncommit\nbegin\nset x 9\nrollback" -> "5" hidden
  HINT Keep a second value while a transaction is open.
? What happens to a transaction when the server dies before COMMIT?
  = It is rolled back ~ It is committed at restart ~ Half of it stays
  Only what was committed survives.
? What does SELECT … FOR UPDATE do?
  = It locks the rows until the transaction ends ~ It updates the rows ~ It reads uncommitted rows
  Another writer waits, and then sees your result.
? What is a deadlock?
  = Two transactions wait for each other ~ A crashed server ~ A lock without an owner
  The database ends one of them; run it again.
? Which anomaly does read committed allow?
  = The same query twice with different results ~ Reading uncommitted rows ~ Losing committed rows
  Each statement sees a new snapshot.
? What must a program do after a serialization failure?
  = Run the whole transaction again ~ Repeat the last statement ~ Ignore it
  Nothing of it has happened.
`;
