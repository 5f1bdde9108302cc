import type { Chance } from '../../../src/kernel/chance.js';
import type { Claim, Level } from '../../../src/llm/optimizer/ir/index.js';
import { tasksOf, type Document, type Placed } from './document.js';

/** What a mutation has to go on; it changes the document. */
export interface Draft {
  readonly document: Document;
  readonly chance: Chance;
}

/** What is claimed of a mutation; most of it is right, as a rule. */
export interface Claimed extends Partial<Omit<Claim, 'level'>> {
  /** Levels that somebody might claim, the likelier ones first. */
  readonly levels: readonly Level[];
}

/** Undefined: there is nothing here that could be changed so. */
export type Mutate = (draft: Draft) => Claimed | undefined;

export const BOTH: readonly Level[] = ['success-equivalent', 'identical'];
export const SAME: readonly Level[] = ['identical', 'success-equivalent'];

/** Some task, of those that will do. */
export const someTask = (
  { document, chance }: Draft,
  fits: (placed: Placed) => boolean = () => true,
): Placed | undefined => {
  const fitting = tasksOf(document).filter(fits);
  return fitting.length === 0 ? undefined : chance.pick(fitting);
};

export const isPlugin = ({ task }: Placed): boolean => typeof task.type === 'string';
