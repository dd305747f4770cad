import type { Atlas } from '../facts/atlas.js';
import { functionPage } from './function.js';
import type { Page } from './layout.js';
import { modelPage } from './model.js';
import { enumsPage, machinePage, migrationPage, partPage, partsOf, servicePage } from './service.js';
import { errorPage, errorsPage, eventPage, eventsPage, functionsPage, homePage } from './whole.js';

/** Every page of the site. */
export function pagesOf(atlas: Atlas): Page[] {
  return [
    homePage(atlas),
    functionsPage(atlas),
    eventsPage(atlas),
    errorsPage(atlas),
    ...atlas.services.flatMap((facts) => [
      servicePage(atlas, facts),
      enumsPage(facts),
      ...partsOf(facts.schema).map(([part]) => partPage(atlas, facts, part)),
      ...facts.schema.models.map((model) => modelPage(atlas, facts, model)),
      ...facts.machines.map((machine) => machinePage(facts, machine)),
      ...facts.migrations.map((migration) => migrationPage(facts, migration)),
    ]),
    ...atlas.functions.map((facts) => functionPage(atlas, facts)),
    ...atlas.events.map((facts) => eventPage(atlas, facts)),
    ...[...new Set(atlas.errors.map(({ code }) => code))].map((code) => errorPage(atlas, code)),
  ];
}
