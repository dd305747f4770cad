import { type Moment, type Person, passingPercent, timelineOf } from '@codezest/db-core/seed';
import type { EventId } from '@codezest/db-types';
import type { NotificationPriority } from '../../generated/enums.js';
import type { NotificationData } from '../json-types.js';
import type { TypeSlug } from './notification-types.js';

/** What a person is told about one moment of their course. */
export interface Message {
  readonly eventId: EventId;
  readonly at: Date;
  readonly slug: TypeSlug;
  readonly title: string;
  readonly text: string;
  readonly priority: NotificationPriority;
  readonly actionUrl: string;
  readonly data: NotificationData;
}

/** A person's messages, oldest first. Not every moment is worth one. */
export function messagesOf(person: Person): Message[] {
  return timelineOf(person).flatMap((moment) => {
    const told = messageAbout(moment);
    return told ? [{ eventId: moment.id, at: moment.at, priority: 'MEDIUM' as const, ...told }] : [];
  });
}

type Told = Omit<Message, 'eventId' | 'at' | 'priority'> & Partial<Pick<Message, 'priority'>>;

function messageAbout({ type, title, subjectId, percent = 0, moduleId }: Moment): Told | undefined {
  switch (type) {
    case 'USER_JOINED':
      return {
        slug: 'welcome',
        title: `Welcome, ${title}`,
        text: 'Pick a language and do the first lesson: it takes ten minutes.',
        actionUrl: '/languages',
        data: { firstName: title },
      };
    case 'LANGUAGE_ENROLLED':
      return {
        slug: 'language-enrolled',
        title: `${title} is yours`,
        text: `Your first module of ${title} is waiting.`,
        priority: 'LOW',
        actionUrl: `/languages/${subjectId}`,
        data: { language: title },
      };
    case 'MODULE_COMPLETED':
      return {
        slug: 'module-completed',
        title: `“${title}” completed`,
        text: 'The next module is open.',
        actionUrl: `/modules/${subjectId}`,
        data: { module: title },
      };
    case 'ASSIGNMENT_GRADED':
      return {
        slug: 'assignment-graded',
        title: `Your assignment of “${title}” is graded`,
        text: `${percent} of 100 points. See what went well and what to try next.`,
        priority: 'HIGH',
        actionUrl: `/modules/${moduleId}/assignment`,
        data: { module: title, score: percent, maxScore: 100 },
      };
    case 'QUIZ_COMPLETED':
      if (percent >= passingPercent) return undefined;
      return {
        slug: 'quiz-result',
        title: `Once more: the quiz of “${title}”`,
        text: `${percent} % this time, ${passingPercent} % is enough.`,
        actionUrl: `/modules/${moduleId}/quiz`,
        data: { module: title, percent },
      };
    case 'CERTIFICATE_EARNED':
      return {
        slug: 'certificate-earned',
        title: `Your certificate for ${title}`,
        text: 'All modules completed. It is ready to be shown around.',
        priority: 'HIGH',
        actionUrl: `/certificates/${subjectId}`,
        data: { language: title },
      };
    case 'SUBSCRIPTION_CHANGED':
      return {
        slug: 'subscription-changed',
        title: `You are on ${title}`,
        text: 'Everything of the plan is open from now on.',
        actionUrl: '/account/subscription',
        data: { plan: title },
      };
    default:
      return undefined;
  }
}
