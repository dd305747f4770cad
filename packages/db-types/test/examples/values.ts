import {
  type EmailAddress,
  type Locale,
  type PhoneNumber,
  parseEmailAddress,
  parseLocale,
  parsePhoneNumber,
  parseTimeZone,
  type TimeZone,
} from '../../src/index.js';

/** What a registration form sends, in the spelling that is stored: compare it, look it up and mail to it as it is here. */
export function contactOf(form: { email: string; phone: string; timeZone: string; locale: string }): {
  email: EmailAddress;
  phone: PhoneNumber;
  timeZone: TimeZone;
  locale: Locale;
} {
  return {
    email: parseEmailAddress(form.email),
    phone: parsePhoneNumber(form.phone),
    timeZone: parseTimeZone(form.timeZone),
    locale: parseLocale(form.locale),
  };
}
