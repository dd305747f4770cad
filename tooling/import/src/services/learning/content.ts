import { Refusal, type Row } from '../../engine/step.js';
import { isObject, type Json } from '../../json.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const LANGUAGES = 'learning.programming_languages';
const MODULES = 'learning.modules';

const times = (values: Values): Row => ({
  created_at: values.time('createdAt'),
  updated_at: values.time('updatedAt'),
  deleted_at: values.time('deletedAt'),
});

export const languages = plainStep('programming_languages', LANGUAGES, (values) => ({
  id: values.id('id', LANGUAGES),
  name: values.text('name'),
  slug: values.slug('slug'),
  description: values.text('description'),
  icon: values.text('icon'),
  difficulty: values.text('difficulty'),
  is_active: values.flag('isActive', true),
  ...times(values),
}));

/** What learners could see is published: the earlier schema knew no drafts. */
export const modules = plainStep('modules', MODULES, (values) => ({
  id: values.id('id', MODULES),
  language_id: values.id('languageId', LANGUAGES),
  title: values.text('title'),
  slug: values.slug('slug'),
  description: values.text('description'),
  syllabus: values.text('syllabus'),
  order: values.atLeast('order', 0),
  estimated_duration: values.atLeast('estimatedDuration', 0),
  published_at: values.time('createdAt'),
  ...times(values),
}));

export const materials = plainStep('materials', 'learning.materials', (values) => ({
  id: values.id('id', 'learning.materials'),
  module_id: values.id('moduleId', MODULES),
  title: values.text('title'),
  type: values.text('type'),
  content: values.text('content'),
  duration: values.atLeast('duration', 0),
  order: values.atLeast('order', 0),
  published_at: values.time('createdAt'),
  ...times(values),
}));

export const assignments = plainStep('assignments', 'learning.assignments', (values) => ({
  id: values.id('id', 'learning.assignments'),
  module_id: values.id('moduleId', MODULES),
  title: values.text('title'),
  description: values.text('description'),
  difficulty: values.text('difficulty'),
  starter_code: values.text('starterCode'),
  test_cases: testCases(values),
  hints: hints(values),
  max_score: values.atLeast('maxScore', 0),
  time_limit: values.within('timeLimit', 1, 2_147_483_647),
  estimated_duration: values.atLeast('estimatedDuration', 0),
  published_at: values.time('createdAt'),
  ...times(values),
}));

/** Text of a JSON array of cases, as a grader would read it. What is none would leave the assignment without tests. */
function testCases(values: Values): Json {
  const cases = parsed(values.text('testCases'));
  if (!Array.isArray(cases)) throw new Refusal('assignments_test_cases_shape_check');
  return cases.map((given: Json, at) => {
    const each = isObject(given) ? given : {};
    const text = (...names: string[]) => names.map((name) => each[name]).find((value) => value !== undefined);
    const expected = text('expectedOutput', 'expected', 'output');
    if (expected === undefined) throw new Refusal('assignments_test_cases_shape_check');
    return {
      name: asText(text('name', 'title', 'description') ?? `Test ${at + 1}`),
      input: asText(text('input', 'stdin') ?? ''),
      expectedOutput: asText(expected),
      hidden: text('hidden', 'isHidden') === true,
      points: Math.max(0, Number(text('points', 'weight') ?? 1) || 0),
    };
  });
}

/** A JSON array of texts, or lines. */
function hints(values: Values): Json {
  const text = values.text('hints');
  if (text === null || text.trim() === '') return [];
  const list = parsed(text);
  if (Array.isArray(list)) return list.map(asText);
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

function parsed(text: string | null): Json {
  try {
    return JSON.parse(text ?? '') as Json;
  } catch {
    return null;
  }
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
