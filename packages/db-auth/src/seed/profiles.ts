import {
  after,
  HOUR,
  type Person,
  Random,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import type {
  EducationLevel,
  ExperienceLevel,
  LearningGoal,
  LearningStyle,
  StudyTime,
} from '../../generated/enums.js';
import type { UserEducation, UserPreferences, UserSocials, UserWorkExperience } from '../json-types.js';

export async function seedProfiles({ insert, people }: SeedContext): Promise<void> {
  await insert('user_profiles', profileRows(people()));
}

function* profileRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const random = new Random('profile', person.index);
    const isStaff = person.persona === 'staff';
    const talkative = isStaff || random.chance(0.6);
    const onboarded = talkative || random.chance(0.5);
    const createdAt = after(person.joinedAt, random.between(0, HOUR));
    yield {
      id: seedId('UserProfile', person.index, person.joinedAt),
      user_id: person.id,
      display_name: `${person.firstName} ${person.lastName}`,
      avatar: random.chance(0.5) ? `https://avatars.codezest.test/${person.username}.png` : null,
      location: `${person.city}, ${person.country}`,
      timezone: person.timezone,
      ...(talkative ? told(person, random) : untold),
      learning_goal: isStaff ? null : (person.goals.reason satisfies LearningGoal),
      target_role: isStaff ? null : person.goals.targetRole,
      weekly_hours: isStaff ? null : person.goals.weeklyHours,
      preferences: {
        theme: random.pick(['light', 'dark', 'system'] as const),
        locale: person.locale,
      } satisfies UserPreferences,
      is_public: random.chance(0.4),
      show_email: false,
      show_progress: random.chance(0.8),
      allow_messages: random.chance(0.9),
      show_certificates: true,
      onboarding_completed: onboarded,
      onboarding_step: onboarded ? 5 : random.int(0, 4),
      version: 0,
      created_at: createdAt,
      updated_at: createdAt,
    };
  }
}

const fields = [
  'Computer science',
  'Mathematics',
  'Physics',
  'Design',
  'Economics',
  'Biology',
  'Linguistics',
];
const skills = ['SQL', 'Git', 'HTML', 'CSS', 'Linux', 'Docker', 'Statistics', 'Testing', 'Spreadsheets'];
const interests = [
  'Web development',
  'Data',
  'Games',
  'Open source',
  'Robotics',
  'Security',
  'Embedded systems',
];
const motivations = ['A better job', 'Curiosity', 'Building something of my own', 'Working from anywhere'];
const companies = ['Northwind', 'Contoso', 'Fabrikam', 'Tailspin', 'Adventure Works'];
const roles = ['Support engineer', 'Analyst', 'Teacher', 'Designer', 'Sales assistant', 'Technician'];

const levels: Record<EducationLevel, number> = {
  SECONDARY_SCHOOL: 18,
  VOCATIONAL_TRAINING: 12,
  BOOTCAMP: 8,
  ASSOCIATE_DEGREE: 6,
  BACHELOR_DEGREE: 34,
  MASTER_DEGREE: 16,
  DOCTORATE: 3,
  OTHER: 3,
};
const experience: Record<ExperienceLevel, number> = {
  NONE: 40,
  ENTRY: 25,
  JUNIOR: 18,
  MID: 11,
  SENIOR: 5,
  LEAD: 1,
};
const styles: Record<LearningStyle, number> = {
  VIDEO: 30,
  READING: 15,
  PRACTICE: 25,
  PROJECTS: 15,
  MIXED: 15,
};
const times: Record<StudyTime, number> = {
  MORNING: 15,
  AFTERNOON: 10,
  EVENING: 40,
  NIGHT: 10,
  WEEKENDS: 15,
  FLEXIBLE: 10,
};

/** What only some people fill in. */
function told(person: Person, random: Random) {
  const field = random.pick(fields);
  const graduationYear = random.int(2004, 2027);
  const company = random.pick(companies);
  const isStaff = person.persona === 'staff';
  const role = isStaff ? 'Instructor' : random.pick(roles);
  return {
    bio: isStaff
      ? `Helps people learn, from ${person.city}.`
      : `${role} from ${person.city}, on the way to ${person.goals.targetRole.toLowerCase()}.`,
    website: random.chance(0.2) ? `https://${person.username.replaceAll('_', '-')}.codezest.test` : null,
    education_level: random.weighted(levels),
    field_of_study: field,
    institution: `University of ${person.city}`,
    graduation_year: graduationYear,
    education: [
      {
        institution: `University of ${person.city}`,
        fieldOfStudy: field,
        startYear: graduationYear - 4,
        endYear: graduationYear,
      },
    ] satisfies UserEducation,
    current_role: role,
    current_company: company,
    industry: random.pick(['Education', 'Retail', 'Finance', 'Health', 'Software']),
    experience_level: isStaff ? 'SENIOR' : random.weighted(experience),
    years_experience: isStaff ? random.int(6, 20) : random.int(0, 8),
    work_experience: [
      { company, title: role, startDate: `${random.int(2014, 2025)}-09-01` },
    ] satisfies UserWorkExperience,
    interests: random.sample(interests, random.int(1, 3)),
    motivations: random.sample(motivations, random.int(1, 2)),
    skills: random.sample(skills, random.int(1, 4)),
    learning_style: random.weighted(styles),
    study_time: random.weighted(times),
    socials: { github: `https://github.codezest.test/${person.username}` } satisfies UserSocials,
  };
}

const untold: Record<keyof ReturnType<typeof told>, null> = {
  bio: null,
  website: null,
  education_level: null,
  field_of_study: null,
  institution: null,
  graduation_year: null,
  education: null,
  current_role: null,
  current_company: null,
  industry: null,
  experience_level: null,
  years_experience: null,
  work_experience: null,
  interests: null,
  motivations: null,
  skills: null,
  learning_style: null,
  study_time: null,
  socials: null,
};
