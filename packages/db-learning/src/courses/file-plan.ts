import { createHash } from 'node:crypto';
import { newId } from '@codezest/db-core';
import type { CourseFileContent } from './course.js';
import type { CourseChange } from './course-change.js';
import type { StoredFile } from './course-state.js';

export interface NewFile {
  readonly id: string;
  readonly owner: string;
  readonly file: CourseFileContent;
}

export interface FilePlan {
  readonly inserts: NewFile[];
  readonly updates: NewFile[];
  readonly removed: string[];
}

/** Files of what was withdrawn stay with it. */
export function planFiles(
  owners: readonly {
    readonly id: string;
    readonly name: string;
    readonly files: readonly CourseFileContent[];
  }[],
  stored: readonly StoredFile[],
  tell: (change: CourseChange) => void,
): FilePlan {
  const plan: FilePlan = { inserts: [], updates: [], removed: [] };
  const byOwner = new Map<string, StoredFile[]>();
  for (const file of stored) byOwner.set(file.owner, [...(byOwner.get(file.owner) ?? []), file]);
  for (const { id: owner, name, files } of owners) {
    const left = new Map((byOwner.get(owner) ?? []).map((file) => [file.path, file]));
    const nameOf = (path: string) => (name === '' ? path : `${name}/${path}`);
    for (const file of files) {
      const there = left.get(file.path);
      left.delete(file.path);
      if (there === undefined) {
        plan.inserts.push({ id: newId(), owner, file });
        tell({ action: 'create', kind: 'file', name: nameOf(file.path) });
        continue;
      }
      const columns = [
        ...(there.role === file.role ? [] : ['role']),
        ...(there.executable === file.executable ? [] : ['executable']),
        ...(there.hash === createHash('sha256').update(file.content).digest('hex') ? [] : ['content']),
      ];
      if (columns.length === 0) continue;
      plan.updates.push({ id: there.id, owner, file });
      tell({ action: 'change', kind: 'file', name: nameOf(file.path), columns });
    }
    for (const { id, path } of left.values()) {
      plan.removed.push(id);
      tell({ action: 'remove', kind: 'file', name: nameOf(path) });
    }
  }
  return plan;
}
