import { CodezestDbError } from '@codezest/db-core';

/** A mistake in a course: where it stands, and what is wrong there. */
export interface CourseProblem {
  /** Below the folder of the course; absent where the course did not come from files. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** `questions[0].options`; of a course without files, from its top: `modules[2].slug`. */
  readonly field?: string;
  readonly problem: string;
}

const SHOWN = 20;

/** The course cannot be imported as it is. Nothing was done. */
export class CourseInvalidError extends CodezestDbError {
  readonly problems: readonly CourseProblem[];

  constructor(problems: readonly CourseProblem[]) {
    const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
    super(
      'COURSE_INVALID',
      ['The course cannot be imported. Correct:', ...problems.slice(0, SHOWN).map(lineOf), ...more].join(
        '\n',
      ),
    );
    this.problems = problems;
  }
}

function lineOf({ file, line, field, problem }: CourseProblem): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return [place, field, problem].filter((part) => part !== undefined && part !== '').join(': ');
}

/** Something in the database stands in the way: a uuid that belongs to another course, or a slug of what was not imported. */
export class CourseConflictError extends CodezestDbError {
  /** The part of the course, as `loops/sum-of-a-list`. */
  readonly part: string;

  constructor(part: string, reason: string, options: { cause?: unknown } = {}) {
    super('COURSE_CONFLICT', `${part}: ${reason}`, options);
    this.part = part;
  }
}

/** Another import of the course has been running for longer than a lock is waited for. Nothing was done. */
export class CourseBusyError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('COURSE_BUSY', 'Another import of this course is running. Try again when it is done.', options);
  }
}
