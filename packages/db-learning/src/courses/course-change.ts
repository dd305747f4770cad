/** One thing that an import does, or would do. */
export interface CourseChange {
  readonly action: 'create' | 'change' | 'withdraw' | 'restore' | 'remove';
  readonly kind:
    | 'language'
    | 'module'
    | 'prerequisite'
    | 'material'
    | 'assignment'
    | 'quiz'
    | 'question'
    | 'file';
  /** By slugs and paths: `loops/sum-of-a-list/sum.py`. */
  readonly name: string;
  /** The columns that change. */
  readonly columns?: readonly string[];
}
