import type { ConstraintCase } from '@codezest/constraint-tests';
import {
  aMomentBefore,
  catalogue,
  certificate,
  forModule,
  id,
  language,
  moduleOf,
  now,
  otherLanguage,
} from './rows.js';
import { outsidePercent } from './shared-cases.js';

const otherCredential = '7'.repeat(32);
const second = { id: id(2), credential_id: otherCredential };
const revoked = { revoked_at: now, revoked_reason: 'Issued by mistake' };

const ofCertificates = (object: string, refused: string, allowed: string): ConstraintCase => ({
  object: `certificates_${object}_check`,
  given: catalogue,
  refused,
  allowed,
});

const facts: ConstraintCase[] = [
  ofCertificates('subject_matches_type', certificate({ language_id: null }), certificate()),
  ofCertificates('subject_matches_type', certificate({ module_id: id(1) }), certificate()),
  ofCertificates(
    'subject_matches_type',
    certificate({ ...forModule, module_id: null }),
    certificate(forModule),
  ),
  ofCertificates('subject_matches_type', certificate({ type: 'MODULE_COMPLETION' }), certificate(forModule)),
  ...['a'.repeat(31), 'A'.repeat(32), 'CERT-2026-000001', 'a'.repeat(65)].map((guessable) =>
    ofCertificates('credential_id_unguessable', certificate({ credential_id: guessable }), certificate()),
  ),
  ofCertificates(
    'verified_by_only_if_verified',
    certificate({ verified_by: id(9) }),
    certificate({ verified_by: id(9), is_verified: 'true' }),
  ),
  ...outsidePercent('certificates_score_percent_check', 'score', catalogue, certificate),
  ofCertificates(
    'expires_after_issue',
    certificate({ expires_at: now }),
    certificate({ issued_at: aMomentBefore, expires_at: now }),
  ),
  ofCertificates('revoked_has_reason', certificate({ revoked_at: now }), certificate(revoked)),
  ofCertificates('revoked_has_reason', certificate({ revoked_reason: 'Copied' }), certificate(revoked)),
  ofCertificates(
    'revoked_after_issue',
    certificate({ ...revoked, revoked_at: aMomentBefore }),
    certificate(revoked),
  ),
];

const references: ConstraintCase[] = [
  {
    object: 'certificates_language_id_fkey',
    given: language() + certificate(),
    refused: 'DELETE FROM programming_languages',
    allowed: 'UPDATE programming_languages SET deleted_at = now()',
  },
  {
    object: 'certificates_module_id_fkey',
    given: catalogue + certificate(forModule),
    refused: 'DELETE FROM modules',
    allowed: 'UPDATE modules SET deleted_at = now()',
  },
];

const renewals: ConstraintCase[] = [
  {
    object: 'certificates_renewal_of_id_fkey',
    given: language(),
    refused: certificate({ renewal_of_id: id(2) }),
    allowed: certificate(),
  },
  {
    object: 'certificates_renewal_of_id_key',
    given:
      language() +
      otherLanguage() +
      certificate() +
      certificate({ ...second, language_id: id(2), renewal_of_id: id(1) }),
    refused: certificate({
      ...second,
      id: id(3),
      user_id: id(2),
      credential_id: '6'.repeat(32),
      renewal_of_id: id(1),
    }),
    allowed: certificate({ ...second, id: id(3), user_id: id(2), credential_id: '6'.repeat(32) }),
  },
  {
    object: 'certificates_renewed_after_issue_check',
    given: language(),
    refused: certificate({ renewed_at: aMomentBefore }),
    allowed: certificate({ renewed_at: now }),
  },
  ...['', ' ', '\n\t'].map((revoked_reason) => ({
    object: 'certificates_revoked_reason_not_blank_check',
    given: language(),
    refused: certificate({ revoked_at: now, revoked_reason }),
    allowed: certificate({ revoked_at: now, revoked_reason: 'Copied' }),
  })),
];

const forLanguage = {};
const uniques: ConstraintCase[] = [
  {
    object: 'certificates_credential_id_key',
    given: language() + certificate(),
    refused: certificate({ id: id(2), user_id: id(2) }),
    allowed: certificate({ ...second, user_id: id(2) }),
  },
  {
    object: 'certificates_status_list_index_key',
    given: language() + certificate({ status_list_index: '7' }),
    refused: certificate({ ...second, user_id: id(2), status_list_index: '7' }),
    allowed: certificate({ ...second, user_id: id(2), status_list_index: '8' }),
  },
  {
    object: 'certificates_user_id_language_id_current_key',
    given: language() + certificate(),
    refused: certificate(second),
    allowed: `UPDATE certificates SET revoked_at = '${now}', revoked_reason = 'Renamed'; ${certificate(second)}`,
  },
  ...[forLanguage, forModule].map((subject) => ({
    object: `certificates_user_id_${subject === forModule ? 'module' : 'language'}_id_current_key`,
    given: catalogue + certificate(subject),
    refused: certificate({ ...subject, ...second }),
    allowed: `UPDATE certificates SET renewed_at = '${now}'; ${certificate({ ...subject, ...second })}`,
  })),
  {
    object: 'certificates_user_id_language_id_current_key',
    given: language() + otherLanguage() + certificate(),
    refused: certificate(second),
    allowed: certificate({ ...second, language_id: id(2) }),
  },
  {
    object: 'certificates_user_id_module_id_current_key',
    given: catalogue + certificate(forModule) + moduleOf(2),
    refused: certificate({ ...forModule, ...second }),
    allowed: certificate({ ...forModule, ...second, module_id: id(2) }),
  },
];

const fixed = [
  `id = '${id(2)}'`,
  `user_id = '${id(2)}'`,
  `language_id = '${id(2)}'`,
  `title = 'Rust'`,
  `description = 'With honours'`,
  `certificate_url = 'https://example.com/1.pdf'`,
  `credential_id = '${otherCredential}'`,
  `holder_name = 'Ada'`,
  'score = 100',
  `grade = 'DISTINCTION'`,
  `issued_at = '${aMomentBefore}'`,
  `expires_at = 'infinity'`,
  `created_at = '${aMomentBefore}'`,
];

const immutable: ConstraintCase[] = [
  ...fixed.map((change) => ({
    object: 'certificates_immutable_rule',
    given: language() + otherLanguage() + certificate(),
    refused: `UPDATE certificates SET ${change}`,
    allowed: `UPDATE certificates SET is_verified = true, verified_by = '${id(9)}', updated_at = now()`,
  })),
  ...[`revoked_at = NULL, revoked_reason = NULL`, `revoked_reason = 'Copied'`].map((change) => ({
    object: 'certificates_revocation_final_rule',
    given: language() + certificate(revoked),
    refused: `UPDATE certificates SET ${change}`,
    allowed: 'UPDATE certificates SET is_verified = true, revoked_at = revoked_at',
  })),
];

export const certificateCases: ConstraintCase[] = [
  ...facts,
  ...references,
  ...renewals,
  ...uniques,
  ...immutable,
];
