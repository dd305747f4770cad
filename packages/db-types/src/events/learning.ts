import type { UserId } from '../ids/auth.js';
import type { AssignmentId, AssignmentSubmissionId, CertificateId, ModuleId } from '../ids/learning.js';
import { contract } from './contract.js';
import { number, object, text, uuid } from './json-schema.js';

// Titles travel with the ids: the feed says what a thing was called then, and cannot look it up.

/** A learner has completed a module, for the first time. */
export const moduleCompleted = /* @__PURE__ */ contract({
  type: 'module.completed',
  version: 1,
  aggregateType: 'learning.completion',
  producer: 'learning',
  consumers: ['activity'],
  payload: /* @__PURE__ */ object({
    userId: /* @__PURE__ */ uuid<UserId>(),
    moduleId: /* @__PURE__ */ uuid<ModuleId>(),
    moduleTitle: /* @__PURE__ */ text(),
  }),
});

/** A submission was graded, PASSED or FAILED. The version is the number of the try, so a later verdict replaces this one. */
export const submissionGraded = /* @__PURE__ */ contract({
  type: 'submission.graded',
  version: 1,
  aggregateType: 'learning.submission',
  producer: 'learning',
  consumers: ['activity'],
  payload: /* @__PURE__ */ object({
    userId: /* @__PURE__ */ uuid<UserId>(),
    submissionId: /* @__PURE__ */ uuid<AssignmentSubmissionId>(),
    assignmentId: /* @__PURE__ */ uuid<AssignmentId>(),
    assignmentTitle: /* @__PURE__ */ text(),
    score: /* @__PURE__ */ number(),
    maxScore: /* @__PURE__ */ number(),
  }),
});

/** A certificate was issued, first or as the renewal of another one. */
export const certificateIssued = /* @__PURE__ */ contract({
  type: 'certificate.issued',
  version: 1,
  aggregateType: 'learning.certificate',
  producer: 'learning',
  consumers: ['activity'],
  payload: /* @__PURE__ */ object({
    userId: /* @__PURE__ */ uuid<UserId>(),
    certificateId: /* @__PURE__ */ uuid<CertificateId>(),
    certificateTitle: /* @__PURE__ */ text(),
    credentialId: /* @__PURE__ */ text(),
  }),
});
