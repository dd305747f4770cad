import { derivedUuid, uuidOf } from '../../engine/ids.js';
import type { Context, Row, Rows, Step } from '../../engine/step.js';
import type { Json, JsonObject } from '../../json.js';
import { Values } from '../../values/values.js';

const FROM = 'auth.user_profiles';

/** The profile, and beside it what sales knows of the person. */
export const profiles: Step = {
  name: 'user_profiles',
  from: FROM,
  removable: true,
  targets: [
    { table: 'user_profiles', untold: 'user_profiles_contact_changed' },
    { table: 'user_leads', wholeBy: 'user_id' },
  ],
  convert,
};

const EDUCATION = {
  members: [
    'SECONDARY_SCHOOL',
    'VOCATIONAL_TRAINING',
    'BOOTCAMP',
    'ASSOCIATE_DEGREE',
    'BACHELOR_DEGREE',
    'MASTER_DEGREE',
    'DOCTORATE',
    'OTHER',
  ],
  also: {
    HIGH_SCHOOL: 'SECONDARY_SCHOOL',
    SECONDARY: 'SECONDARY_SCHOOL',
    VOCATIONAL: 'VOCATIONAL_TRAINING',
    ASSOCIATE: 'ASSOCIATE_DEGREE',
    BACHELOR: 'BACHELOR_DEGREE',
    BACHELORS: 'BACHELOR_DEGREE',
    UNDERGRADUATE: 'BACHELOR_DEGREE',
    MASTER: 'MASTER_DEGREE',
    MASTERS: 'MASTER_DEGREE',
    GRADUATE: 'MASTER_DEGREE',
    PHD: 'DOCTORATE',
    DOCTORAL: 'DOCTORATE',
  },
};
const EXPERIENCE = {
  members: ['NONE', 'ENTRY', 'JUNIOR', 'MID', 'SENIOR', 'LEAD'],
  also: {
    BEGINNER: 'NONE',
    ENTRY_LEVEL: 'ENTRY',
    INTERMEDIATE: 'MID',
    MID_LEVEL: 'MID',
    ADVANCED: 'SENIOR',
    EXPERT: 'LEAD',
  },
};
const GOAL = {
  members: [
    'FIRST_JOB',
    'CAREER_CHANGE',
    'PROMOTION',
    'SKILL_UP',
    'STUDIES',
    'FREELANCING',
    'OWN_PROJECT',
    'HOBBY',
  ],
  also: {
    GET_A_JOB: 'FIRST_JOB',
    JOB: 'FIRST_JOB',
    UPSKILL: 'SKILL_UP',
    FREELANCE: 'FREELANCING',
    SIDE_PROJECT: 'OWN_PROJECT',
    STUDY: 'STUDIES',
  },
};
const STYLE = {
  members: ['VIDEO', 'READING', 'PRACTICE', 'PROJECTS', 'MIXED'],
  also: { VISUAL: 'VIDEO', HANDS_ON: 'PRACTICE' },
};
const STUDY_TIME = {
  members: ['MORNING', 'AFTERNOON', 'EVENING', 'NIGHT', 'WEEKENDS', 'FLEXIBLE'],
  also: { WEEKEND: 'WEEKENDS', ANY: 'FLEXIBLE', ANYTIME: 'FLEXIBLE' },
};

function convert(row: JsonObject, { notes }: Context): Rows {
  const values = new Values(row, FROM, notes);
  const userId = uuidOf('auth.users', values.text('userId') ?? '');
  return {
    user_profiles: [
      {
        id: uuidOf(FROM, values.text('id') ?? ''),
        user_id: userId,
        display_name: values.cut('displayName', 100),
        bio: values.cut('bio', 2000),
        avatar: values.url('avatar'),
        cover_image: values.url('coverImage'),
        phone: values.phone('phone'),
        location: values.cut('location', 200),
        timezone: values.timeZone('timezone'),
        website: values.url('website'),
        education_level: values.member('educationLevel', EDUCATION.members, EDUCATION.also),
        field_of_study: values.cut('fieldOfStudy', 200),
        institution: values.cut('institution', 200),
        graduation_year: values.within('graduationYear', 1900, 2100),
        education: values.list('education'),
        current_role: values.cut('currentRole', 200),
        current_company: values.cut('currentCompany', 200),
        industry: values.cut('industry', 200),
        experience_level: values.member('experienceLevel', EXPERIENCE.members, EXPERIENCE.also),
        years_experience: values.within('yearsExperience', 0, 80),
        work_experience: values.list('workExperience'),
        learning_goal: values.member('learningGoal', GOAL.members, GOAL.also),
        target_role: values.cut('targetRole', 200),
        weekly_hours: values.within('weeklyHours', 0, 168),
        interests: values.list('interests'),
        motivations: values.list('motivations'),
        skills: values.list('skills'),
        certifications: values.list('certifications'),
        learning_style: values.member('learningStyle', STYLE.members, STYLE.also),
        study_time: values.member('studyTime', STUDY_TIME.members, STUDY_TIME.also),
        preferences: values.object('preferences'),
        socials: socialsOf(values),
        is_public: values.flag('isPublic'),
        show_email: values.flag('showEmail'),
        show_progress: values.flag('showProgress', true),
        allow_messages: values.flag('allowMessages', true),
        show_certificates: values.flag('showCertificates', true),
        onboarding_completed: values.flag('onboardingCompleted'),
        onboarding_step: values.within('onboardingStep', 0, 100) ?? 0,
        created_at: values.time('createdAt'),
        updated_at: values.time('updatedAt'),
      },
    ],
    user_leads: leadOf(values, userId),
  };
}

function socialsOf(values: Values): Json {
  const older = [
    ['github', values.text('githubUrl')],
    ['linkedin', values.text('linkedinUrl')],
    ['twitter', values.text('twitterUrl')],
  ].filter(([, url]) => url);
  const socials = values.object('socials');
  return older.length === 0 ? socials : { ...Object.fromEntries(older), ...socials };
}

function leadOf(values: Values, userId: string): Row[] {
  const lead = {
    lead_score: Math.max(0, values.number('leadScore') ?? 0),
    lead_status: values.member('leadStatus', ['NEW', 'CONTACTED', 'QUALIFIED', 'CONVERTED', 'LOST']),
    utm_source: values.cut('utmSource', 200),
    utm_medium: values.cut('utmMedium', 200),
    utm_campaign: values.cut('utmCampaign', 200),
    referral_code: values.cut('referralCode', 64),
    segment: values.cut('segment', 100),
    internal_notes: values.cut('internalNotes', 10_000),
    tags: values.list('tags'),
  };
  if (Object.values(lead).every((value) => value === null || value === 0)) return [];
  return [{ id: derivedUuid('auth.user_leads', userId), user_id: userId, ...lead }];
}
