import type { Choices } from '../ports/index.js';

export interface TaskToGive {
  readonly id: string;
  /** The component that the task itself names. */
  readonly component: string | undefined;
  /** Words for the kind of work, the most telling first: its type, its phase. */
  readonly kinds: readonly string[];
}

export interface Choice {
  readonly component: string;
  /** `assigned`: a person gave it; `named`: the task says so; `mapped`: by its kind. */
  readonly because: 'assigned' | 'named' | 'mapped';
}

/** Who does a task: whom a person gave it to, else whom it names, else who does work of its kind. Undefined: nobody. */
export const componentFor = (task: TaskToGive, { assigned, mapped }: Choices): Choice | undefined => {
  const given = assigned.get(task.id);
  if (given !== undefined) return { component: given, because: 'assigned' };
  if (task.component !== undefined) return { component: task.component, because: 'named' };
  for (const kind of task.kinds) {
    const component = mapped.get(kind.toLowerCase());
    if (component !== undefined) return { component, because: 'mapped' };
  }
  return undefined;
};
