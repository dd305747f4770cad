// The users of a site, as a process of its own: 50 statements a second on the table `busy`, reads and writes in turn,
// whether or not those before have been answered. Tells its figures when it is asked to stop.
import pg from 'pg';

const perSecond = 50;
const pool = new pg.Pool({ connectionString: process.argv[2], max: 300 });
pool.on('error', () => undefined);
const latencies = [];
const errors = [];
let sent = 0;
const started = performance.now();

const timer = setInterval(() => {
  // What a busy machine has missed is made up for: the rate is the promise.
  for (; sent < ((performance.now() - started) / 1_000) * perSecond; sent += 1) ask(sent);
}, 5);

async function ask(number) {
  const id = 1 + (number % 1_000);
  const client = await pool.connect();
  const begun = performance.now();
  try {
    await client.query(
      number % 2 ? 'SELECT name FROM busy WHERE id = $1' : 'UPDATE busy SET seen = seen + 1 WHERE id = $1',
      [id],
    );
    latencies.push(performance.now() - begun);
  } catch (error) {
    errors.push(error.message);
  } finally {
    client.release();
  }
}

process.on('message', async () => {
  clearInterval(timer);
  while (pool.idleCount < pool.totalCount || pool.waitingCount > 0)
    await new Promise((go) => setTimeout(go, 10));
  await pool.end();
  latencies.sort((one, other) => one - other);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  process.send({ sent: latencies.length + errors.length, p50: at(0.5), p99: at(0.99), max: at(1), errors });
  process.disconnect();
});
process.send('ready');
