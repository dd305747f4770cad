import { changeNothing, domainFunctions } from '@codezest/checks/domain-functions';
import { eventContracts } from '@codezest/db-types';
import { services } from '@codezest/schema-docs';
import { expect, it } from 'vitest';
import { pageFiles, readPage } from './site.js';

const files = pageFiles();

/** The links below a heading. */
function linksBelow(file: string, heading: string): string[] {
  const [, after = ''] = readPage(file).split(`<h2>${heading}</h2>`);
  const [section = ''] = after.split('<h2>');
  return [...section.matchAll(/<a [^>]*>([^<]*)<\/a>/g)].map(([, text = '']) => text);
}

/** Functions that may change something and write no table that Prisma knows. */
const writesNoModel: Record<string, string> = {
  'activity dropPartitionsBefore': 'drops tables',
  'activity emptyDefaultPartition': 'moves rows between tables whose names it reads',
  'activity ensurePartitions': 'makes tables',
  'activity recordAnalyticsEvents': 'writes documents',
};

it('a function that may change rows is shown with the models that it writes, and no other', () => {
  const pages = services.flatMap((service) =>
    domainFunctions(service)
      .map((name) => ({ service, name, file: `${service}/functions/${name}.html` }))
      .filter(({ file }) => files.includes(file)),
  );
  const writing = pages.filter(({ file }) => linksBelow(file, 'What it may write').length > 0);

  const isSilent = ({ service, name }: (typeof pages)[number]) => changeNothing[service].includes(name);
  expect(writing.filter(isSilent)).toEqual([]);
  expect(
    pages
      .filter((one) => !isSilent(one) && !writing.includes(one))
      .map(({ service, name }) => `${service} ${name}`)
      .sort(),
  ).toEqual(Object.keys(writesNoModel));
});

it('a function writes what its own statements, and the functions of the database that they call, write', () => {
  const written = (file: string) => linksBelow(`${file}.html`, 'What it may write');

  expect(written('auth/functions/issuePasswordReset').sort()).toEqual(['PasswordReset', 'User']);
  expect(written('learning/functions/enrol').sort()).toEqual([
    'Completion',
    'LanguageEnrollment',
    'LearnerStats',
    'ModuleProgress',
  ]);
  expect(linksBelow('auth/models/PasswordReset.html', 'Who writes it')).toContain('issuePasswordReset');
});

it('state machines are those of the databases, computed transitions included', () => {
  expect(files.filter((file) => file.includes('/states/'))).toEqual([
    'learning/states/attempt_transitions.html',
    'learning/states/submission_transitions.html',
    'notifications/states/delivery_transitions.html',
    'payments/states/dispute_transitions.html',
    'payments/states/invoice_transitions.html',
    'payments/states/refund_transitions.html',
    'payments/states/subscription_transitions.html',
    'payments/states/transaction_transitions.html',
  ]);
  // In the migration, each is a product of two lists.
  expect(readPage('payments/states/dispute_transitions.html')).toMatch(
    /<code>LOST<\/code><\/th><td><code>APPEAL_NEEDS_RESPONSE<\/code>, <code>APPEAL_UNDER_REVIEW<\/code>, <code>WON<\/code>/,
  );
});

it('each event is told by a model of its producer, which says so', () => {
  for (const { type, version } of eventContracts) {
    const tellers = linksBelow(`events/${type}.v${version}.html`, 'Who tells it');
    expect([type, tellers.length > 0]).toEqual([type, true]);
  }
  expect(linksBelow('auth/models/User.html', 'Events that leave it')).toEqual([
    'user.registered',
    'user.contact_changed',
    'user.deleted',
  ]);
});

it('each model says what becomes of it when a person is erased', () => {
  const models = files.filter((file) => file.includes('/models/'));

  expect(models.filter((file) => !readPage(file).includes('<h2>When a person is erased</h2>'))).toEqual([]);
  expect(models.filter((file) => readPage(file).includes('not in the registry of personal data'))).toEqual(
    [],
  );
});

it('an error is answered with its status and led to from the functions that name it', () => {
  const page = readPage('errors/ACCOUNT_NOT_FOUND.html');

  expect(page).toContain('404 (auth)');
  expect(linksBelow('errors/ACCOUNT_NOT_FOUND.html', 'Functions whose documentation names it')).toContain(
    'auth: issuePasswordReset',
  );
});

it('a migration lists the locks on tables that were there before it', () => {
  const page = readPage('activity/migrations/20261129000000_counts_and_badges.html');

  expect(page).toContain('SHARE ROW EXCLUSIVE on <code>user_activities</code></td><td>writes</td>');
});
