import type { CertificateId, ModuleId, UserId } from '@codezest/db-types';
import {
  achievementCredential,
  type Client,
  issueCertificate,
  renewCertificate,
  revokeCertificate,
  verifyCertificate,
} from '../../src/index.js';

export async function certify(client: Client, userId: UserId, moduleId: ModuleId) {
  const { certificate } = await issueCertificate(client, {
    userId,
    moduleId, // or languageId
    title: 'Loops completed',
    score: 92,
    grade: 'DISTINCTION',
  });
  return `https://codezest.example/certificates/${certificate.credentialId}`;
}

/** The public page: whoever has the id may see it. */
export async function certificatePage(client: Client, credentialId: string): Promise<string> {
  const verified = await verifyCertificate(client, credentialId);
  return verified ? `${verified.certificate.title}: ${verified.validity}` : 'not found';
}

export const renew = (client: Client, certificateId: CertificateId, expiresAt: Date) =>
  renewCertificate(client, { certificateId, expiresAt });

/** As an Open Badge 3.0, for the service to sign. */
export const badge = (client: Client, certificateId: CertificateId) =>
  achievementCredential(client, certificateId, {
    issuer: { id: 'https://codezest.example/issuer', name: 'CodeZest' },
    statusList: (list) => `https://codezest.example/status/${list}`,
  });

export const revoke = (client: Client, certificateId: CertificateId) =>
  revokeCertificate(client, { certificateId, reason: 'The work was copied.' });
