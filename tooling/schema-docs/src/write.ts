import { writeFileSync } from 'node:fs';
import { freshOverview, overviewPath, readOverview } from './overview.js';

const overview = readOverview();
const fresh = await freshOverview(overview);
if (fresh === overview) {
  console.log('PLAN_OVERVIEW.md is up to date.');
} else {
  writeFileSync(overviewPath, fresh);
  console.log('PLAN_OVERVIEW.md is written.');
}
