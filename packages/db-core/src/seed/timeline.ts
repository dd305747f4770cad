import type {
  ActivityType,
  AssignmentId,
  AssignmentSubmissionId,
  CertificateId,
  Id,
  MaterialId,
  MCQAttemptId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
  SubscriptionId,
  UserId,
} from '@codezest/db-types';
import type { Enrollment, ModuleCourse } from './course.js';
import { courseOf } from './course.js';
import type { Person } from './people.js';
import { seedId } from './seed-id.js';

/** One thing that happened to a person, as its service reports it to the others. */
export interface Moment {
  /** The event's id: the key under which activity and notifications receive it once. */
  readonly id: Id<'Event'>;
  readonly type: ActivityType;
  readonly userId: UserId;
  readonly at: Date;
  /** What it is about. */
  readonly subjectId:
    | UserId
    | ProgrammingLanguageId
    | ModuleId
    | MaterialId
    | AssignmentId
    | MCQQuizId
    | CertificateId;
  /** The submission, the attempt or the paid subscription that it came from. */
  readonly resultId?: AssignmentSubmissionId | MCQAttemptId | SubscriptionId;
  /** Of a certificate. */
  readonly credentialId?: string;
  /** The language's or the module's title; the plan for a change of subscription. */
  readonly title: string;
  readonly languageId?: ProgrammingLanguageId;
  readonly moduleId?: ModuleId;
  /** 0–100, where the moment carries a result. */
  readonly percent?: number;
}

/** A person's moments from joining to `SEED_NOW`, oldest first: about fifty for an average member. */
export function timelineOf(person: Person): Moment[] {
  const moments: Moment[] = [];
  const add = (
    type: ActivityType,
    at: Date,
    moment: Pick<Moment, 'subjectId' | 'title'> & Partial<Moment>,
  ): void => {
    const id = seedId('Event', `${person.index}/${type}/${moment.subjectId}/${at.getTime()}`, at);
    moments.push({ id, type, userId: person.id, at, ...moment });
  };

  add('USER_JOINED', person.joinedAt, { subjectId: person.id, title: person.firstName });
  if (person.paidSince) {
    add('SUBSCRIPTION_CHANGED', person.paidSince, {
      subjectId: person.id,
      resultId: seedId('Subscription', `${person.index}/paid`, person.paidSince),
      title: person.plan,
    });
  }
  for (const enrollment of courseOf(person)) addEnrollment(enrollment, add);
  return moments.sort((left, right) => left.at.getTime() - right.at.getTime());
}

type Add = (
  type: ActivityType,
  at: Date,
  moment: Pick<Moment, 'subjectId' | 'title'> & Partial<Moment>,
) => void;

function addEnrollment(enrollment: Enrollment, add: Add): void {
  const { language } = enrollment;
  const inLanguage = { languageId: language.id, title: language.name };
  add('LANGUAGE_ENROLLED', enrollment.enrolledAt, { subjectId: language.id, ...inLanguage });
  for (const course of enrollment.modules) addModule(course, add);
  if (enrollment.certificate) {
    const { id, credentialId, issuedAt } = enrollment.certificate;
    add('CERTIFICATE_EARNED', issuedAt, { subjectId: id, credentialId, ...inLanguage });
  }
}

function addModule(course: ModuleCourse, add: Add): void {
  const { module, submission } = course;
  const inModule = { languageId: module.languageId, moduleId: module.id, title: module.title };
  add('MODULE_STARTED', course.startedAt, { subjectId: module.id, ...inModule });
  for (const { id, completedAt } of course.materials) {
    add('MATERIAL_COMPLETED', completedAt, { subjectId: id, ...inModule });
  }
  if (submission) {
    const assignment = { subjectId: module.assignmentId, resultId: submission.id, ...inModule };
    add('ASSIGNMENT_SUBMITTED', submission.submittedAt, assignment);
    if (submission.gradedAt && submission.score !== null) {
      add('ASSIGNMENT_GRADED', submission.gradedAt, { ...assignment, percent: submission.score });
    }
  }
  for (const attempt of course.attempts) {
    const quiz = { subjectId: module.quizId, resultId: attempt.id, ...inModule, percent: attempt.percent };
    add('QUIZ_COMPLETED', attempt.completedAt, quiz);
  }
  if (course.completedAt) add('MODULE_COMPLETED', course.completedAt, { subjectId: module.id, ...inModule });
}
