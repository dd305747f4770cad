import { InvalidValueError, read, rowOf } from '@codezest/db-core';
import type { CertificateId } from '@codezest/db-types';
import type { Certificate } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import type { Client } from './client.js';
import { RecordNotFoundError } from './learning-errors.js';

export interface CredentialOptions {
  /** Who issues and signs: its `id` is a URL, or another URI that stays. */
  readonly issuer: { readonly id: string; readonly name: string; readonly url?: string };
  /** URI of the holder, say a DID; `urn:uuid:` with the user's id unless given. */
  readonly holder?: string;
  /** URL of a list of revocations, which are counted from 0. Left out, the credential names none. */
  readonly statusList?: (list: number) => string;
}

/** An OpenBadgeCredential without `proof`, to be signed. */
export interface AchievementCredential {
  readonly '@context': readonly string[];
  readonly id: string;
  readonly type: readonly string[];
  readonly name: string;
  readonly issuer: {
    readonly id: string;
    readonly type: readonly string[];
    readonly name: string;
    readonly url?: string;
  };
  readonly validFrom: string;
  readonly validUntil?: string;
  readonly credentialSubject: {
    readonly id: string;
    readonly type: readonly string[];
    readonly achievement: {
      readonly id: string;
      readonly type: readonly string[];
      readonly achievementType: string;
      readonly name: string;
      readonly description: string;
      readonly criteria: { readonly narrative: string };
      readonly resultDescription?: readonly object[];
    };
    readonly result?: readonly {
      readonly type: readonly string[];
      readonly resultDescription: string;
      readonly value: string;
    }[];
  };
  readonly credentialStatus?: {
    readonly id: string;
    readonly type: string;
    readonly statusPurpose: string;
    readonly statusListIndex: string;
    readonly statusListCredential: string;
  };
}

/** https://www.w3.org/TR/vc-bitstring-status-list/ demands at least so many entries, so that a list tells nothing of one. */
const ENTRIES_OF_LIST = 131_072;

/**
 * A certificate as an Open Badge 3.0 without its proof; the service signs it. All of it is of what never changes in an issued
 * certificate, so it is the same at each call. The achievement is the module or the language, by its id and not by its slug,
 * which another one may take later. A revocation is told by the list: `statusListIndex` of the certificate, modulo 131072,
 * is the place in list number `statusListIndex / 131072`.
 *
 * @throws {RecordNotFoundError} RECORD_NOT_FOUND
 * @throws {InvalidValueError} VALUE_INVALID for an issuer or a holder that is no URI
 * @see https://www.imsglobal.org/spec/ob/v3p0/
 * @example
 * const credential = await achievementCredential(prisma, certificate.id, {
 *   issuer: { id: 'https://codezest.example/issuer', name: 'CodeZest' },
 *   statusList: (list) => `https://codezest.example/status/${list}`,
 * });
 */
export async function achievementCredential(
  client: Client,
  certificateId: CertificateId,
  { issuer, holder, statusList }: CredentialOptions,
): Promise<AchievementCredential> {
  requireUri(issuer.id, 'issuer.id');
  if (holder !== undefined) requireUri(holder, 'holder');
  const certificate = await rowOf(client, certificateById, [certificateId]);
  if (certificate === undefined) throw new RecordNotFoundError('certificate');
  const { title, issuedAt, expiresAt, userId } = certificate;
  const { descriptions, results } = resultsOf(certificate);
  return {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    ],
    id: urn(certificate.id),
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: title,
    issuer: { type: ['Profile'], ...issuer },
    validFrom: issuedAt.toISOString(),
    ...(expiresAt === null ? {} : { validUntil: expiresAt.toISOString() }),
    credentialSubject: {
      id: holder ?? urn(userId),
      type: ['AchievementSubject'],
      achievement: {
        id: achievementOf(certificate),
        type: ['Achievement'],
        achievementType: certificate.type === 'LANGUAGE_COMPLETION' ? 'Course' : 'ext:Module',
        name: title,
        description: certificate.description ?? title,
        criteria: {
          narrative:
            certificate.criteria ?? 'All materials are completed, all assignments and quizzes passed.',
        },
        ...(descriptions.length === 0 ? {} : { resultDescription: descriptions }),
      },
      ...(results.length === 0 ? {} : { result: results }),
    },
    ...(statusList === undefined ? {} : { credentialStatus: statusOf(certificate, statusList) }),
  };
}

/** Without a scheme it would not be an IRI: signers refuse it, long after the JSON was found to be right. */
function requireUri(uri: string, field: string): void {
  if (!URL.canParse(uri)) throw new InvalidValueError(`${field} is no absolute URI.`, { field });
}

const urn = (id: string): string => `urn:uuid:${id}`;

const achievementOf = ({ moduleId, languageId }: Certificate): string => urn(String(moduleId ?? languageId));

/** Values are texts, and each names the description of its scale. */
function resultsOf(certificate: Certificate) {
  const { score, grade } = certificate;
  const scales = [
    {
      key: 'score',
      value: score,
      scale: { name: 'Score', resultType: 'Percent', valueMin: '0', valueMax: '100' },
    },
    {
      key: 'grade',
      value: grade,
      scale: { name: 'Grade', resultType: 'LetterGrade', allowedValue: ['PASS', 'MERIT', 'DISTINCTION'] },
    },
  ].filter(({ value }) => value !== null);
  const idOf = (key: string) => `${achievementOf(certificate)}#${key}`;
  return {
    descriptions: scales.map(({ key, scale }) => ({ id: idOf(key), type: ['ResultDescription'], ...scale })),
    results: scales.map(({ key, value }) => ({
      type: ['Result'],
      resultDescription: idOf(key),
      value: String(value),
    })),
  };
}

function statusOf({ statusListIndex }: Certificate, statusList: (list: number) => string) {
  const url = statusList(Math.floor(statusListIndex / ENTRIES_OF_LIST));
  const index = String(statusListIndex % ENTRIES_OF_LIST);
  return {
    id: `${url}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: index,
    statusListCredential: url,
  };
}

const certificateById = read<Certificate>(
  'learning.certificate_of_credential',
  `SELECT ${columnsOf.certificate('c')} FROM certificates c WHERE c.id = $1::uuid`,
);
