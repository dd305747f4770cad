import { CodezestDbError } from '@codezest/db-core';

export { IllegalTransitionError, RecordNotFoundError, VersionConflictError } from '@codezest/db-core';

export type Content = 'language' | 'module' | 'material' | 'assignment' | 'quiz' | 'question';

/** What a learner asked for is not there for learners: there is no such content, or it was deleted or withdrawn. */
export class ContentNotAvailableError extends CodezestDbError {
  readonly content: Content;

  constructor(content: Content) {
    super('CONTENT_NOT_AVAILABLE', `There is no such ${content}, or it was deleted or withdrawn.`);
    this.content = content;
  }
}

/** The user learns this language already. */
export class AlreadyEnrolledError extends CodezestDbError {
  constructor() {
    super('ALREADY_ENROLLED', 'The user is enrolled in this language already.');
  }
}

/** A week has 168 hours, and they are counted whole. */
export class WeeklyHoursOutOfRangeError extends CodezestDbError {
  constructor() {
    super('WEEKLY_HOURS_OUT_OF_RANGE', 'Hours a week are a whole number from 0 to 168.');
  }
}

/** The user does not learn the language of what was asked for. */
export class NotEnrolledError extends CodezestDbError {
  constructor() {
    super('NOT_ENROLLED', 'The user is not enrolled in the language, or has dropped it. Enrol first.');
  }
}

/** Modules must be completed before this one. */
export class PrerequisitesUnmetError extends CodezestDbError {
  /** How many. `unmetPrerequisites` says which. */
  readonly unmet: number;

  constructor(unmet: number) {
    super(
      'PREREQUISITES_UNMET',
      `The module waits for ${unmet} other ${unmet === 1 ? 'module' : 'modules'} to be completed.`,
    );
    this.unmet = unmet;
  }
}

/** An analysis names a model or a person. */
export class AnalysisAuthorMissingError extends CodezestDbError {
  constructor() {
    super('ANALYSIS_AUTHOR_MISSING', 'Name the author of the analysis: `aiModel` or `analyzedBy`.');
  }
}

/** The submission is not the caller's to work on any more, or never was. */
export class ClaimLostError extends CodezestDbError {
  constructor() {
    super(
      'CLAIM_LOST',
      'This claim does not hold: it ran out and somebody else has the submission, or it was never given. Drop the result and claim again.',
    );
  }
}

/** A lease that nobody can hold. */
export class LeaseOutOfRangeError extends CodezestDbError {
  constructor() {
    super('LEASE_OUT_OF_RANGE', 'A lease takes a whole number of seconds from 1 to 86400.');
  }
}

/** A revocation says why. */
export class RevocationReasonMissingError extends CodezestDbError {
  constructor() {
    super('REVOCATION_REASON_MISSING', 'Say why the certificate is revoked: the reason is blank.');
  }
}

/** A certificate that is revoked, or renewed already, is not renewed. */
export class CertificateNotRenewableError extends CodezestDbError {
  constructor() {
    super(
      'CERTIFICATE_NOT_RENEWABLE',
      'The certificate is revoked or was renewed. Renew the current one, or issue another.',
    );
  }
}

/** The score is below 0 or above the maximum. */
export class ScoreOutOfRangeError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super('SCORE_OUT_OF_RANGE', 'A score is a number between 0 and the maximum, ends included.', options);
  }
}

/** A setting of the quiz, or the points of a question, are no number that such a thing can have. */
export class QuizSettingOutOfRangeError extends CodezestDbError {
  constructor() {
    super(
      'QUIZ_SETTING_OUT_OF_RANGE',
      'Settings are whole numbers: a passing score from 0 to 100, points from 0 to 1000, a grace period up to 3600 seconds, a cooldown up to 525600 minutes, a time limit and a number of attempts above 0, a duration not below 0.',
    );
  }
}

/** The attempt is completed or abandoned. */
export class AttemptNotOpenError extends CodezestDbError {
  constructor() {
    super('ATTEMPT_NOT_OPEN', 'The attempt is over. Start another one.');
  }
}

/** A job's batch is a whole number from 1 to 1000. */
export class BatchSizeOutOfRangeError extends CodezestDbError {
  constructor() {
    super('BATCH_SIZE_OUT_OF_RANGE', 'A batch is a whole number from 1 to 1000.');
  }
}

/** The quiz allows no further attempt. */
export class AttemptsExhaustedError extends CodezestDbError {
  constructor() {
    super('ATTEMPTS_EXHAUSTED', 'The learner has used all attempts that this quiz allows.');
  }
}

/** The quiz demands a pause between two attempts. */
export class AttemptTooSoonError extends CodezestDbError {
  /** From when on the next attempt may start. */
  readonly retryAt: Date;

  constructor(retryAt: Date) {
    super('ATTEMPT_TOO_SOON', 'The next attempt has to wait: `retryAt` says until when.');
    this.retryAt = retryAt;
  }
}

/** The quiz has a time limit, and the attempt has run longer. It can still be finished. */
export class AttemptTimeOverError extends CodezestDbError {
  constructor() {
    super(
      'ATTEMPT_TIME_OVER',
      'The time for this attempt is over. Finish it: what was answered in time counts.',
    );
  }
}

/** The attempt did not show this question, or the question did not have this option. */
export class OptionNotOfferedError extends CodezestDbError {
  constructor() {
    super('OPTION_NOT_OFFERED', 'The attempt did not show this question with this option.');
  }
}

/** The attempt is still open, or was abandoned: there is nothing to analyse. */
export class AttemptNotCompletedError extends CodezestDbError {
  constructor() {
    super('ATTEMPT_NOT_COMPLETED', 'Only a completed attempt can be analysed.');
  }
}

/** A published quiz can be taken and passed; this one could not. */
export class QuizNotAnswerableError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'QUIZ_NOT_ANSWERABLE',
      'A published quiz needs at least one question, each question a correct option, and all together points.',
      options,
    );
  }
}

/** A new order must name each live sibling exactly once. */
export class SiblingsMismatchError extends CodezestDbError {
  constructor() {
    super(
      'SIBLINGS_MISMATCH',
      'The list does not name each live sibling exactly once. Read them again, then order them.',
    );
  }
}

/** Another live language, or another live module of the language, has the slug. */
export class SlugTakenError extends CodezestDbError {
  readonly content: 'language' | 'module';

  constructor(content: 'language' | 'module', options: { cause?: unknown } = {}) {
    super(
      'SLUG_TAKEN',
      `Another ${content} has this slug. Change the slug of one of the two, or delete the other one.`,
      options,
    );
    this.content = content;
  }
}

/** Another live language has the name. */
export class NameTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'NAME_TAKEN',
      'Another language has this name. Change the name of one of the two, or delete the other one.',
      options,
    );
  }
}

/** The user has not completed what the certificate would be for. */
export class NotCompletedError extends CodezestDbError {
  constructor() {
    super('NOT_COMPLETED', 'The user has not completed this yet.');
  }
}

/** The user has a certificate for this that is not revoked. */
export class CertificateExistsError extends CodezestDbError {
  constructor() {
    super('CERTIFICATE_EXISTS', 'The user has a certificate for this. Revoke it before issuing another.');
  }
}

/** The certificate would have expired before it was issued. */
export class ExpiryInThePastError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'EXPIRY_IN_THE_PAST',
      'A certificate expires after it is issued: give a later time, or none.',
      options,
    );
  }
}

/** A revocation is final. */
export class CertificateRevokedError extends CodezestDbError {
  constructor() {
    super('CERTIFICATE_REVOKED', 'The certificate is revoked already.');
  }
}
