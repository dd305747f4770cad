import { CodezestDbError, databaseErrorFacts } from '@codezest/db-core';

/** The database refused an event, or a batch for one of its events. Sent again as it is, it is refused again. */
export class EventRefusedError extends CodezestDbError {
  /** The database's rule, where one has a name: `user_activities_metadata_size_check`. */
  readonly rule: string | undefined;

  constructor(reason: string, options: { rule?: string | undefined; cause?: unknown } = {}) {
    super('EVENT_REFUSED', `The event was not recorded: ${reason}`, options);
    this.rule = options.rule;
  }
}

/** As many events wait as may. Slow down: `await writer.ready()`, or tell the sender to come again. */
export class WriterFullError extends CodezestDbError {
  constructor(queued: number) {
    super(
      'WRITER_FULL',
      `The event was not taken: ${queued} wait already. Wait for ready(), or send it again later.`,
    );
  }
}

/** The writer has been drained: the process is on its way out. */
export class WriterClosedError extends CodezestDbError {
  constructor() {
    super('WRITER_CLOSED', 'The event was not taken: this writer has been drained. Send it to another one.');
  }
}

/** What the database's rules for events ask for, by their names without the table's. */
const demands: Readonly<Record<string, string>> = {
  id_is_v7_check: 'its id must be a UUID version 7, as newActivityId() makes it.',
  not_before_2010_check: 'the time of its id is before 2010, which is older than anything that is kept.',
  not_in_future_check: 'the time of its id is more than five minutes ahead of the database’s clock.',
  description_not_blank_check: 'its description is blank.',
  metadata_object_check: 'its metadata must be an object.',
  metadata_size_check: 'its metadata is larger than 16 kB.',
  points_entries_reason_check: 'its reason is blank or longer than 200 characters.',
  event_name_check: 'its name must be lower-case words, dotted by area, of at most 100 characters.',
  properties_object_check: 'its properties must be an object.',
  properties_size_check: 'its properties are larger than 16 kB.',
};

/** What an insert failed with, as a refusal where it is the event's own fault. */
export function refusalOf(error: unknown): unknown {
  const { sqlState = '', constraint } = databaseErrorFacts(error);
  if (!/^(?:2[23]|54)/.test(sqlState)) return error;
  const demand = demands[constraint?.replace(/^(?:user_activities|analytics_events)_/, '') ?? ''];
  if (demand !== undefined) return new EventRefusedError(demand, { rule: constraint, cause: error });
  if (sqlState.startsWith('54'))
    return new EventRefusedError('it is nested deeper than PostgreSQL reads.', { cause: error });
  return new EventRefusedError(
    sqlState === '23502'
      ? 'something that it must have is missing.'
      : 'it holds a value that PostgreSQL cannot take, such as an unknown type or a NUL character.',
    { cause: error },
  );
}
