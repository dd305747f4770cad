// `npm run demo`: starts the local databases, migrates and seeds them, plays a learner's journey, says what happened.
import { createClient as activityClient } from '@codezest/db-activity';
import { createClient as authClient } from '@codezest/db-auth';
import { createClient as learningClient } from '@codezest/db-learning';
import { createClient as notificationsClient } from '@codezest/db-notifications';
import { createClient as paymentsClient } from '@codezest/db-payments';
import { stopDevelopmentServer } from '@codezest/local-databases';
import { Command, Option } from 'commander';
import type { Clients } from './journey/cast.js';
import { playJourney } from './journey/journey.js';
import {
  PreparationError,
  type Prepared,
  type PreparedService,
  prepareServices,
  startDatabases,
} from './preparation.js';
import { screen } from './screen.js';
import { Stage } from './stage.js';

const { json, size } = new Command('npm run demo --')
  .description("A learner's whole journey through the five packages, on real databases.")
  .option('--json', 'print what happened as JSON', false)
  .addOption(
    new Option('--size <size>', 'how much example data')
      .choices(['small', 'medium', 'large'])
      .default('small'),
  )
  .parse()
  .opts<{ json: boolean; size: string }>();

if (!json) screen.title();
const prepared = await startDatabases();
const clients = clientsOf(prepared.urls);
try {
  if (!json) for (const notice of prepared.notices) screen.notice(notice);
  const services: PreparedService[] = [];
  for await (const service of prepareServices(prepared.urls, size)) {
    services.push(service);
    if (!json) screen.prepared(service);
  }

  const stage = new Stage(json ? () => {} : screen.happened);
  await playJourney(clients, stage);

  if (json) console.log(JSON.stringify({ services, happenings: stage.happenings }, null, 2));
  else {
    screen.summary(stage.happenings);
    screen.lookFurther(prepared.urls, prepared.startedServer);
  }
} catch (error) {
  if (!(error instanceof PreparationError)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
} finally {
  for (const client of Object.values(clients)) await client.$disconnect();
  if (prepared.startedServer) await stopDevelopmentServer();
}

function clientsOf(urls: Prepared['urls']): Clients {
  return {
    auth: authClient({ url: urls.auth }),
    learning: learningClient({ url: urls.learning }),
    payments: paymentsClient({ url: urls.payments }),
    notifications: notificationsClient({ url: urls.notifications }),
    activity: activityClient({ url: urls.activity }),
  };
}
