import { randomBytes } from 'node:crypto';
import { isRuleViolation, joinedRows, read, rowOf, statement } from '@codezest/db-core';
import type { CertificateId, ModuleId, ProgrammingLanguageId } from '@codezest/db-types';
import type { Certificate, LearnerStats } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import {
  CertificateExistsError,
  CertificateNotRenewableError,
  CertificateRevokedError,
  ExpiryInThePastError,
  NotCompletedError,
  RecordNotFoundError,
  RevocationReasonMissingError,
  ScoreOutOfRangeError,
} from './learning-errors.js';

/** A completed module or a completed language. */
export type CertificateSubject =
  | { readonly moduleId: ModuleId; readonly languageId?: never }
  | { readonly languageId: ProgrammingLanguageId; readonly moduleId?: never };

export type NewCertificate = CertificateSubject &
  Pick<Certificate, 'userId' | 'title'> &
  Partial<
    Pick<Certificate, 'description' | 'criteria' | 'certificateUrl' | 'grade' | 'expiresAt' | 'holderName'>
  > & {
    /** In percent. */
    readonly score?: number | null;
  };

export interface CertificateStep {
  readonly certificate: Certificate;
  /** With the certificate counted. */
  readonly stats: LearnerStats;
}

/**
 * Issues a certificate for what the user has completed, with an unguessable credential id. One that is neither revoked nor
 * renewed per user and subject: of several calls at once one issues it.
 *
 * @throws {NotCompletedError} NOT_COMPLETED
 * @throws {CertificateExistsError} CERTIFICATE_EXISTS
 * @throws {ScoreOutOfRangeError} SCORE_OUT_OF_RANGE
 * @throws {ExpiryInThePastError} EXPIRY_IN_THE_PAST
 * @example
 * const { certificate } = await issueCertificate(prisma, {
 *   userId, moduleId: module.id, title: `${module.title} completed`, score: 92, grade: 'DISTINCTION',
 * });
 */
export async function issueCertificate(client: Client, issue: NewCertificate): Promise<CertificateStep> {
  requirePercent(issue.score);
  const row = await rowOf(client, insertCertificate, [
    issue.userId,
    issue.languageId ?? null,
    issue.moduleId ?? null,
    issue.title,
    issue.description ?? null,
    issue.certificateUrl ?? null,
    randomBytes(16).toString('hex'),
    issue.score ?? null,
    issue.grade ?? null,
    issue.expiresAt ?? null,
    issue.holderName ?? null,
    issue.criteria ?? null,
  ]).catch(refuse);
  if (!row?.completed) throw new NotCompletedError();
  const step = joined.split(row);
  if ((step.certificate.id as string | null) === null) throw new CertificateExistsError();
  return step;
}

/** NaN is greater than every number to PostgreSQL, and no number here. */
function requirePercent(score: number | null | undefined): void {
  if (score === null || score === undefined) return;
  if (!Number.isFinite(score) || score < 0 || score > 100) throw new ScoreOutOfRangeError();
}

function refuse(cause: unknown): never {
  if (isRuleViolation(cause, 'certificates_expires_after_issue_check')) {
    throw new ExpiryInThePastError({ cause });
  }
  throw cause;
}

/** Revoked wins over expired. */
export type CertificateValidity = 'VALID' | 'EXPIRED' | 'REVOKED';

export interface VerifiedCertificate {
  readonly certificate: Certificate;
  readonly validity: CertificateValidity;
  /** Credential id of the certificate that has renewed this one. It says nothing about the validity of this one. */
  readonly renewedBy: string | null;
}

/**
 * What a credential id stands for, by the database's clock, or null for none: for the public page that anybody with the
 * id may see, typed in capitals or not. Reads only.
 *
 * @example
 * const verified = await verifyCertificate(prisma, certificate.credentialId);
 * if (verified?.validity === 'VALID') console.log(verified.certificate.title);
 */
export async function verifyCertificate(
  client: Client,
  credentialId: string,
): Promise<VerifiedCertificate | null> {
  const row = await rowOf(client, certificateByCredential, [String(credentialId).trim().toLowerCase()]);
  if (row === undefined) return null;
  const { validity, renewedBy, ...certificate } = row;
  return { certificate, validity, renewedBy };
}

/**
 * Revokes a certificate, for good; another one may be issued then.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {CertificateRevokedError} CERTIFICATE_REVOKED
 * @throws {RevocationReasonMissingError} REVOCATION_REASON_MISSING
 * @example
 * await revokeCertificate(prisma, { certificateId: certificate.id, reason: 'The work was copied.' });
 */
export async function revokeCertificate(
  client: Client,
  { certificateId, reason }: { readonly certificateId: CertificateId; readonly reason: string },
): Promise<CertificateStep> {
  if (typeof reason !== 'string' || reason.trim() === '') throw new RevocationReasonMissingError();
  const row = await rowOf(client, updateRevocation, [certificateId, reason]);
  if (row !== undefined) return joined.split(row);
  throw (await rowOf(client, certificateById, [certificateId])) === undefined
    ? new RecordNotFoundError('certificate')
    : new CertificateRevokedError();
}

export interface Renewal {
  readonly certificateId: CertificateId;
  /** When the new certificate expires; left out or null for one that does not. */
  readonly expiresAt?: Date | null;
  /** The holder's name as it is now; left out, it stays as it was. */
  readonly holderName?: string;
}

/**
 * Issues a certificate in place of one that expires or has expired, for the same subject, title and result. The old one
 * stays what it is, valid until it expires or expired; `verifyCertificate` names the new one with it.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {CertificateNotRenewableError} CERTIFICATE_NOT_RENEWABLE
 * @throws {ExpiryInThePastError} EXPIRY_IN_THE_PAST
 * @example
 * const renewed = await renewCertificate(prisma, {
 *   certificateId: certificate.id, expiresAt: new Date(Date.now() + 365 * 86_400_000),
 * });
 */
export async function renewCertificate(client: Client, renewal: Renewal): Promise<CertificateStep> {
  const { certificateId, expiresAt = null, holderName = null } = renewal;
  const values = [certificateId, randomBytes(16).toString('hex'), expiresAt, holderName];
  const row = await rowOf(client, insertRenewal, values).catch(refuse);
  if (row !== undefined) return joined.split(row);
  throw (await rowOf(client, certificateById, [certificateId])) === undefined
    ? new RecordNotFoundError('certificate')
    : new CertificateNotRenewableError();
}

const joined = joinedRows<CertificateStep>({
  certificate: columnsOf.certificate('written'),
  stats: columnsOf.learnerStats('stats'),
});

const insertCertificate = statement<{ completed: boolean }>(
  'learning.issue_certificate',
  `WITH subject AS (
    SELECT EXISTS (
      SELECT FROM language_enrollments e
      WHERE e.user_id = $1::uuid AND e.language_id = $2::uuid AND e.status = 'COMPLETED'
    ) OR EXISTS (
      SELECT FROM module_progress p
      WHERE p.user_id = $1::uuid AND p.module_id = $3::uuid AND p.status = 'COMPLETED'
    ) AS completed
  ), locked AS MATERIALIZED (
    SELECT rules.lock_learner($1::uuid) FROM subject WHERE completed
  ), written AS (
    INSERT INTO certificates (
      id, user_id, type, language_id, module_id, title, description, certificate_url, credential_id, score, grade,
      expires_at, holder_name, criteria)
    SELECT rules.new_id(), $1::uuid,
      (CASE WHEN $3::uuid IS NULL THEN 'LANGUAGE_COMPLETION' ELSE 'MODULE_COMPLETION' END)::"CertificateType",
      $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::text, $8::float8, $9::"CertificateGrade", $10::timestamptz(3),
      $11::text, $12::text
    FROM locked
    ON CONFLICT DO NOTHING
    RETURNING *
  )
  SELECT subject.completed, ${joined.columns}
  FROM subject LEFT JOIN written ON true
  LEFT JOIN LATERAL rules.recompute_learner_stats(written.user_id) AS stats ON true`,
);

export const certificateByCredential = read<
  Certificate & Pick<VerifiedCertificate, 'validity' | 'renewedBy'>
>(
  'learning.certificate_by_credential',
  `SELECT ${columnsOf.certificate('c')}, CASE
    WHEN c.revoked_at IS NOT NULL THEN 'REVOKED' WHEN c.expires_at <= now() THEN 'EXPIRED' ELSE 'VALID' END AS validity,
    (SELECT r.credential_id FROM certificates r WHERE r.renewal_of_id = c.id) AS "renewedBy"
  FROM certificates c WHERE c.credential_id = $1::text`,
);

const insertRenewal = statement<object>(
  'learning.renew_certificate',
  `WITH locked AS MATERIALIZED (
    SELECT c.id, rules.lock_learner(c.user_id) FROM certificates c WHERE c.id = $1::uuid
  ), renewed AS (
    UPDATE certificates c SET renewed_at = greatest(c.issued_at, now()), updated_at = now()
    FROM locked WHERE c.id = locked.id AND c.revoked_at IS NULL AND c.renewed_at IS NULL
    RETURNING c.*
  ), written AS (
    INSERT INTO certificates (
      id, user_id, type, language_id, module_id, title, description, criteria, certificate_url, credential_id, is_verified,
      verified_by, score, grade, expires_at, holder_name, renewal_of_id)
    SELECT rules.new_id(), user_id, type, language_id, module_id, title, description, criteria, NULL, $2::text, is_verified,
      verified_by, score, grade, $3::timestamptz(3), coalesce($4::text, holder_name), id
    FROM renewed
    RETURNING *
  )
  SELECT ${joined.columns}
  FROM written CROSS JOIN LATERAL rules.recompute_learner_stats(written.user_id) AS stats`,
);

const updateRevocation = statement<object>(
  'learning.revoke_certificate',
  `WITH locked AS MATERIALIZED (
    SELECT c.id, rules.lock_learner(c.user_id) FROM certificates c WHERE c.id = $1::uuid
  ), written AS (
    UPDATE certificates c SET
      revoked_at = greatest(c.issued_at, now()), revoked_reason = $2::text, updated_at = now()
    FROM locked WHERE c.id = locked.id AND c.revoked_at IS NULL
    RETURNING c.*
  )
  SELECT ${joined.columns}
  FROM written CROSS JOIN LATERAL rules.recompute_learner_stats(written.user_id) AS stats`,
);

const certificateById = read<Pick<Certificate, 'id'>>(
  'learning.certificate_by_id',
  'SELECT id FROM certificates WHERE id = $1::uuid',
);
