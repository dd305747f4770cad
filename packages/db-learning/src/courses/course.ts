import type {
  Assignment,
  CourseFile,
  CourseLayout,
  Material,
  Module,
  ProgrammingLanguage,
} from '../../generated/client.js';
import type { QuestionContent, QuizSettings } from '../quiz-settings.js';

/**
 * A course as its authors keep it in files, whatever their form. Lists are in the order in which learners are shown them.
 * Slugs are unique in the list that they stand in.
 */
export interface Course
  extends Pick<
    ProgrammingLanguage,
    'slug' | 'name' | 'description' | 'icon' | 'difficulty' | 'isActive' | 'licence'
  > {
  readonly layout: CourseLayout;
  readonly authored: Authored;
  readonly files: readonly CourseFileContent[];
  readonly modules: readonly CourseModuleContent[];
}

/** What a file says that no other field has. */
export type Authored = Readonly<Record<string, unknown>>;

export interface CourseFileContent extends Pick<CourseFile, 'path' | 'role' | 'executable'> {
  /** At most 5 MiB. */
  readonly content: Uint8Array;
}

/** What every part of a course has. */
export interface CoursePart {
  /** Becomes the id of the row. Decides what a part is, so that it may change its slug and move; without it, the slug decides. */
  readonly uuid?: string;
  readonly slug: string;
  readonly published: boolean;
  readonly authored: Authored;
}

export interface CourseModuleContent
  extends CoursePart,
    Pick<Module, 'title' | 'description' | 'syllabus' | 'estimatedDuration' | 'authors' | 'contributors'> {
  /** Slugs of the modules to complete before. */
  readonly prerequisites: readonly string[];
  readonly files: readonly CourseFileContent[];
  readonly materials: readonly CourseMaterialContent[];
  readonly assignments: readonly CourseAssignmentContent[];
  readonly quizzes: readonly CourseQuizContent[];
}

export interface CourseMaterialContent
  extends CoursePart,
    Pick<Material, 'title' | 'type' | 'content' | 'duration'> {}

export interface CourseAssignmentContent
  extends CoursePart,
    Pick<
      Assignment,
      | 'title'
      | 'kind'
      | 'status'
      | 'blurb'
      | 'description'
      | 'difficulty'
      | 'level'
      | 'topics'
      | 'prerequisites'
      | 'teaches'
      | 'practices'
      | 'authors'
      | 'contributors'
      | 'licence'
      | 'source'
      | 'sourceUrl'
      | 'starterCode'
      | 'testCases'
      | 'hints'
      | 'maxScore'
      | 'timeLimit'
      | 'estimatedDuration'
    > {
  /** The place among all assignments of the course. */
  readonly place: number;
  readonly files: readonly CourseFileContent[];
}

export interface CourseQuizContent extends CoursePart, Required<QuizSettings> {
  readonly questions: readonly CourseQuestionContent[];
}

export type CourseQuestionContent = Required<QuestionContent>;
