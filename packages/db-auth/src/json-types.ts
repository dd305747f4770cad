// Shapes of the JSON columns. Aliases, not interfaces: only an alias passes for the JSON values that Prisma takes.

/** One stay at a school or university. */
export type EducationEntry = {
  institution: string;
  degree?: string;
  fieldOfStudy?: string;
  startYear?: number;
  /** Absent while it goes on. */
  endYear?: number;
  description?: string;
};
export type UserEducation = EducationEntry[];

/** One job. Dates are ISO 8601 without time, such as 2024-05-01. */
export type WorkExperienceEntry = {
  company: string;
  title: string;
  startDate: string;
  /** Absent while it goes on. */
  endDate?: string;
  location?: string;
  description?: string;
};
export type UserWorkExperience = WorkExperienceEntry[];

/** A certificate of somebody else. Dates are ISO 8601 without time. */
export type CertificationEntry = {
  name: string;
  issuer: string;
  issuedOn?: string;
  expiresOn?: string;
  url?: string;
};
export type UserCertifications = CertificationEntry[];

export type UserSkills = string[];
export type UserInterests = string[];
export type UserMotivations = string[];

/** Addresses by network, such as `{ github: 'https://github.com/…' }`. */
export type UserSocials = Record<string, string>;

/** How the pages look and read for this person. */
export type UserPreferences = {
  theme?: 'light' | 'dark' | 'system';
  /** BCP 47, such as en or pt-BR. */
  locale?: string;
  editor?: {
    theme?: string;
    fontSize?: number;
    tabSize?: number;
    keymap?: 'default' | 'vim' | 'emacs';
  };
  reducedMotion?: boolean;
};

export type LeadTags = string[];
