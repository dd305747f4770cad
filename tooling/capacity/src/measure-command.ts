// Seeds the five databases on a throw-away server of their own, and keeps what they take in measured.json.
import { startThrowawayServer } from '@codezest/local-databases';
import { measureAll } from './measure.js';
import { writeMeasured } from './measured-file.js';

const server = await startThrowawayServer();
try {
  process.env.TEST_DATABASE_URL = server.url;
  writeMeasured(await measureAll());
  console.log('measured.json is written. Now: pnpm capacity --write');
} finally {
  await server.stop();
}
