import { type Moment, type Person, passingPercent, timelineOf } from '@codezest/db-core/seed';
import type {
  Activity,
  AssignmentId,
  AssignmentSubmissionId,
  CertificateId,
  MaterialId,
  MCQAttemptId,
  MCQQuizId,
  ModuleId,
  ProgrammingLanguageId,
  SubscriptionId,
  SubscriptionPlan,
  UserActivityId,
} from '@codezest/db-types';

/** One entry of a person's feed. */
export type Entry = Activity & {
  readonly id: UserActivityId;
  readonly at: Date;
  readonly description: string;
};

const outOf = 100;

/** What the services reported of a person, oldest first. */
export function historyOf(person: Person): Entry[] {
  return timelineOf(person).map((moment) => ({
    // The event's id is the row's.
    id: moment.id as string as UserActivityId,
    at: moment.at,
    ...told(moment, person),
  }));
}

/** The type of a moment says what its ids are ids of, which the compiler cannot see: hence `subject` and `result`. */
function told(moment: Moment, person: Person): Activity & { description: string } {
  const { type, title, percent = 0 } = moment;
  const subject = <SubjectId>(): SubjectId => moment.subjectId as SubjectId;
  const result = <ResultId>(): ResultId => moment.resultId as ResultId;

  switch (type) {
    case 'USER_JOINED':
      return { type, description: `${title} joined CodeZest`, metadata: { role: person.role } };
    case 'LANGUAGE_ENROLLED':
      return {
        type,
        description: `Enrolled in ${title}`,
        metadata: { languageId: subject<ProgrammingLanguageId>(), languageName: title },
      };
    case 'MODULE_STARTED':
      return {
        type,
        description: `Started “${title}”`,
        metadata: { moduleId: subject<ModuleId>(), moduleTitle: title },
      };
    case 'MODULE_COMPLETED':
      return {
        type,
        description: `Completed “${title}”`,
        metadata: { moduleId: subject<ModuleId>(), moduleTitle: title },
      };
    case 'MATERIAL_COMPLETED':
      return {
        type,
        description: `Worked through a lesson of “${title}”`,
        metadata: {
          materialId: subject<MaterialId>(),
          materialTitle: title,
          moduleId: moment.moduleId as ModuleId,
        },
      };
    case 'ASSIGNMENT_SUBMITTED':
      return {
        type,
        description: `Submitted the assignment of “${title}”`,
        metadata: {
          assignmentId: subject<AssignmentId>(),
          assignmentTitle: title,
          submissionId: result<AssignmentSubmissionId>(),
        },
      };
    case 'ASSIGNMENT_GRADED':
      return {
        type,
        description: `Got ${percent} of ${outOf} points for the assignment of “${title}”`,
        metadata: {
          assignmentId: subject<AssignmentId>(),
          assignmentTitle: title,
          submissionId: result<AssignmentSubmissionId>(),
          score: percent,
          maxScore: outOf,
        },
      };
    case 'QUIZ_COMPLETED':
      return {
        type,
        description: `Answered ${percent} % of the quiz of “${title}”`,
        metadata: {
          quizId: subject<MCQQuizId>(),
          quizTitle: title,
          attemptId: result<MCQAttemptId>(),
          score: percent,
          maxScore: outOf,
          passed: percent >= passingPercent,
        },
      };
    case 'CERTIFICATE_EARNED':
      return {
        type,
        description: `Earned the certificate for ${title}`,
        metadata: {
          certificateId: subject<CertificateId>(),
          certificateTitle: title,
          credentialId: moment.credentialId ?? '',
        },
      };
    case 'BADGE_EARNED':
      return { type, description: `Earned the badge “${title}”`, metadata: { badge: title } };
    case 'SUBSCRIPTION_CHANGED':
      return {
        type,
        description: `Switched to ${title}`,
        metadata: {
          subscriptionId: result<SubscriptionId>(),
          plan: title as SubscriptionPlan,
          status: 'ACTIVE',
        },
      };
  }
}
