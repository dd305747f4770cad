import { services } from '@codezest/schema-docs';
import { writeFixture } from './upgrade/write-fixture.js';

// Of the version that the manifest names: of one that is published, the fixture is history like its migrations.
for (const service of services) console.log(`wrote ${await writeFixture(service)}`);
