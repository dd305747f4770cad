import { createClient as activityClient } from '@codezest/db-activity';
import { createClient as authClient } from '@codezest/db-auth';
import { createClient as learningClient } from '@codezest/db-learning';
import { createClient as notificationsClient } from '@codezest/db-notifications';
import { createClient as paymentsClient } from '@codezest/db-payments';
import { SERVICES } from '@codezest/local-databases';
import type { Clients } from './clients.js';
import { playJourney } from './journey/journey.js';
import { type DatabaseUrls, type PreparedService, prepare, withDatabases } from './preparation.js';
import { screen } from './screen.js';
import { Stage } from './stage.js';
import { startTelling } from './telling.js';

export interface DemoOptions {
  /** Nothing on stdout but one JSON document. */
  readonly json: boolean;
  readonly size: string;
}

/** Starts the local databases, migrates and seeds them, plays a learner's journey, says what happened. */
export async function playDemo({ json, size }: DemoOptions, interrupted: AbortSignal): Promise<void> {
  if (!json) screen.title();
  await withDatabases(interrupted, async ({ urls, notices, startedServer }) => {
    if (!json) for (const notice of notices) screen.notice(notice);
    const services: PreparedService[] = [];
    for (const service of SERVICES) {
      const prepared = await prepare(service, urls, size, interrupted);
      services.push(prepared);
      if (!json) screen.prepared(prepared);
    }

    const stage = new Stage(json ? () => {} : screen.happened, interrupted);
    const clients = clientsOf(urls);
    const telling = startTelling(urls, clients);
    try {
      await playJourney(clients, stage, telling);
    } finally {
      await telling.end();
      for (const client of Object.values(clients)) await client.$disconnect();
    }

    if (json) console.log(JSON.stringify({ services, happenings: stage.happenings }, null, 2));
    else {
      screen.summary(stage.happenings);
      screen.lookFurther(urls, startedServer);
    }
  });
}

function clientsOf(urls: DatabaseUrls): Clients {
  return {
    auth: authClient({ url: urls.auth }),
    learning: learningClient({ url: urls.learning }),
    payments: paymentsClient({ url: urls.payments }),
    notifications: notificationsClient({ url: urls.notifications }),
    activity: activityClient({ url: urls.activity }),
  };
}
