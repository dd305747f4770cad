import { newId } from '@codezest/db-core';
import type { CourseQuestionContent } from './course.js';
import type { CourseChange } from './course-change.js';
import type { StoredQuestion } from './course-state.js';
import { canonical, type Row } from './course-tables.js';

export interface QuestionPlan {
  readonly inserts: Row[];
  /** Place, explanation and deletion of questions that are there. */
  readonly updates: Row[];
  readonly options: Row[];
}

/**
 * A question whose text, points or options changed is another one: what learners answered stays as it was. One that is as
 * it was keeps its row, wherever it stands now, and one that comes back gets its row back.
 */
export function planQuestions(
  questions: readonly CourseQuestionContent[],
  quizId: string,
  stored: readonly StoredQuestion[],
  plan: QuestionPlan,
  tell: (change: Omit<CourseChange, 'name'>) => void,
): void {
  const left = stored.filter(({ quiz_id }) => quiz_id === quizId);
  left.sort((a, b) => Number(a.deleted_at !== null) - Number(b.deleted_at !== null));
  for (const [order, { question, explanation, points, scoring, options }] of questions.entries()) {
    const key = canonical([
      question,
      points,
      scoring,
      options.map(({ text, isCorrect }) => [text, isCorrect]),
    ]);
    const index = left.findIndex((row) => keyOf(row) === key);
    if (index === -1) {
      const id = newId();
      plan.inserts.push({ id, quiz_id: quizId, question, explanation, points, scoring, order });
      for (const [place, { text, isCorrect }] of options.entries())
        plan.options.push({
          id: newId(),
          question_id: id,
          option_text: text,
          is_correct: isCorrect,
          order: place,
        });
      tell({ action: 'create', kind: 'question' });
      continue;
    }
    const [row] = left.splice(index, 1) as [StoredQuestion];
    const restored = row.deleted_at !== null;
    if (!restored && row.order === order && row.explanation === explanation) continue;
    plan.updates.push({ id: row.id, explanation, order, withdrawn: false });
    tell({ action: restored ? 'restore' : 'change', kind: 'question' });
  }
  for (const { id, explanation, order, deleted_at } of left) {
    if (deleted_at !== null) continue;
    plan.updates.push({ id, explanation, order, withdrawn: true });
    tell({ action: 'withdraw', kind: 'question' });
  }
}

const keyOf = ({ question, points, scoring, options }: StoredQuestion): string =>
  canonical([
    question,
    points,
    scoring,
    options.map(({ option_text, is_correct }) => [option_text, is_correct]),
  ]);
