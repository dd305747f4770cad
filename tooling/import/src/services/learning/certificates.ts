import { createHash } from 'node:crypto';
import { Refusal, type Row } from '../../engine/step.js';
import { millisecondsOf } from '../../values/times.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const FROM = 'learning.certificates';

/** Of several for one subject the newest is the one in force, and the others were renewed by the next. */
export const certificates = plainStep('certificates', FROM, certificate, {
  facts: {
    renewedAt: `SELECT min(n."issuedAt") FROM "${FROM}" n WHERE n."userId" = t."userId"
      AND n."languageId" IS NOT DISTINCT FROM t."languageId" AND n."moduleId" IS NOT DISTINCT FROM t."moduleId"
      AND (n."issuedAt", n."id") > (t."issuedAt", t."id")`,
  },
});

function certificate(values: Values): Row {
  const subject = subjectOf(values);
  const isVerified = values.flag('isVerified');
  const issuedAt = values.time('issuedAt') ?? '';
  const expiresAt = values.time('expiresAt');
  const hasEnd = expiresAt !== null && millisecondsOf(expiresAt) > millisecondsOf(issuedAt);
  if (expiresAt !== null && !hasEnd) values.lost('expiresAt', 'before its issue');
  return {
    id: values.id('id', FROM),
    user_id: values.id('userId', 'auth.users'),
    ...subject,
    title: values.text('title'),
    description: values.text('description'),
    certificate_url: values.text('certificateUrl'),
    credential_id: credentialOf(values),
    is_verified: isVerified,
    verified_by: isVerified ? values.id('verifiedBy', 'auth.users') : null,
    score: values.within('score', 0, 100),
    grade: values.member('grade', ['PASS', 'MERIT', 'DISTINCTION'], { PASSED: 'PASS' }),
    issued_at: issuedAt,
    expires_at: hasEnd ? expiresAt : null,
    renewed_at: values.time('renewedAt'),
    created_at: issuedAt,
    updated_at: issuedAt,
  };
}

function subjectOf(values: Values): Row {
  const language = values.id('languageId', 'learning.programming_languages');
  const module = values.id('moduleId', 'learning.modules');
  if (language === null && module === null) throw new Refusal('certificates_subject_matches_type_check');
  const isOfModule = module !== null && (language === null || /module/i.test(values.text('type') ?? ''));
  return {
    type: isOfModule ? 'MODULE_COMPLETION' : 'LANGUAGE_COMPLETION',
    language_id: isOfModule ? null : language,
    module_id: isOfModule ? module : null,
  };
}

/** Unguessable ones stay, so that links to them go on working. Others become their SHA-256. */
function credentialOf(values: Values): string {
  const credential = values.text('credentialId') ?? '';
  if (/^[0-9a-f]{32,64}$/.test(credential)) return credential;
  values.changed('credentialId', 'its SHA-256');
  return createHash('sha256').update(credential).digest('hex');
}
