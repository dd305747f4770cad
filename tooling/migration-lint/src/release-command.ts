import { services } from '@codezest/schema-docs';
import { recordRelease } from './upgrade/record-release.js';

// Part of making a release: `pnpm version-packages` raises the versions, builds and then runs this.
for (const service of services) console.log(`db-${service} ${await recordRelease(service)}`);
