import type { Difficulty, MaterialType } from '../../../generated/enums.js';
import type { TestCase } from '../../json-types.js';

export interface CourseContent {
  readonly difficulty: Difficulty;
  readonly description: string;
  readonly modules: readonly ModuleContent[];
}

export interface ModuleContent {
  readonly title: string;
  description: string;
  readonly materials: { type: MaterialType; minutes: number; title: string; content: string }[];
  assignment?: AssignmentContent;
  readonly questions: QuestionContent[];
}

export interface AssignmentContent {
  readonly difficulty: Difficulty;
  readonly title: string;
  readonly description: string;
  starterCode: string;
  readonly tests: Pick<TestCase, 'name' | 'input' | 'expectedOutput' | 'hidden'>[];
  readonly hints: string[];
}

export interface QuestionContent {
  readonly question: string;
  /** The right one first. */
  options: string[];
  explanation: string;
}

/**
 * Reads a course from a notation that is shorter than the objects it stands for: a quarter of the lines, and code keeps
 * its indentation.
 *
 *     @ DIFFICULTY description of the language
 *     # Title of a module
 *     > its description
 *     ARTICLE 10 Title: text                 minutes; also VIDEO, CODE_EXAMPLE, INTERACTIVE
 *       more text, or the code of an example
 *     TASK DIFFICULTY Title: description
 *       | starter code
 *       name of a test: "input" -> "output" hidden
 *       HINT text
 *     ? A question
 *       = right ~ wrong ~ wrong
 *       explanation
 */
export function parseCourse(text: string, codeFence: string): CourseContent {
  const modules: ModuleContent[] = [];
  let head: RegExpExecArray | undefined;
  let continueWith: (line: string) => void = refuse;

  for (const line of text.split('\n')) {
    const module = modules.at(-1);
    const rule = /^(?<sign>[@#>?]|[A-Z_]+) /.exec(line)?.groups?.sign ?? '';
    const rest = line.slice(rule.length + 1);
    if (line.trim() === '') continue;
    if (line.startsWith('  ')) continueWith(line.slice(2));
    else if (rule === '@') head = matched(/^([A-Z]+) (.+)$/, rest);
    else if (rule === '#') modules.push({ title: rest, description: '', materials: [], questions: [] });
    else if (!module) refuse(line);
    else if (rule === '>') module.description = rest;
    else if (rule === 'TASK') continueWith = startAssignment(module, rest);
    else if (rule === '?') continueWith = startQuestion(module, rest);
    else continueWith = startMaterial(module, rule, rest, codeFence);
  }
  if (!head) throw new SyntaxError('A course begins with @, its difficulty and its description.');
  return { difficulty: head[1] as Difficulty, description: String(head[2]), modules };
}

type Continue = (line: string) => void;

function startMaterial(module: ModuleContent, type: string, rest: string, codeFence: string): Continue {
  const [, minutes, title, text] = matched(/^(\d+) (.+?): (.+)$/, rest);
  const material = {
    type: type as MaterialType,
    minutes: Number(minutes),
    title: String(title),
    content: String(text),
  };
  module.materials.push(material);
  if (type !== 'CODE_EXAMPLE') return (line) => (material.content += `\n${line.trim()}`);
  const code: string[] = [];
  const introduction = material.content;
  return (line) => {
    code.push(line);
    material.content = [introduction, '', `\`\`\`${codeFence}`, ...code, '```'].join('\n');
  };
}

function startAssignment(module: ModuleContent, rest: string): Continue {
  const [, difficulty, title, description] = matched(/^([A-Z]+) (.+?): (.+)$/, rest);
  const assignment: AssignmentContent = {
    difficulty: difficulty as Difficulty,
    title: String(title),
    description: String(description),
    starterCode: '',
    tests: [],
    hints: [],
  };
  module.assignment = assignment;
  return (line) => {
    if (line.startsWith('| ')) assignment.starterCode += `${line.slice(2)}\n`;
    else if (line.startsWith('HINT ')) assignment.hints.push(line.slice(5));
    else {
      const [, name, input, output, hidden] = matched(/^(.+?): (".*") -> (".*?")( hidden)?$/, line);
      assignment.tests.push({
        name: String(name),
        input: JSON.parse(String(input)) as string,
        expectedOutput: JSON.parse(String(output)) as string,
        hidden: hidden !== undefined,
      });
    }
  };
}

function startQuestion(module: ModuleContent, question: string): Continue {
  const content: QuestionContent = { question, options: [], explanation: '' };
  module.questions.push(content);
  return (line) => {
    if (line.startsWith('= ')) content.options = line.slice(2).split(' ~ ');
    else content.explanation = line;
  };
}

function matched(pattern: RegExp, line: string): RegExpExecArray {
  return pattern.exec(line) ?? refuse(line);
}

function refuse(line: string): never {
  throw new SyntaxError(`Not in the notation of a course: ${line}`);
}
