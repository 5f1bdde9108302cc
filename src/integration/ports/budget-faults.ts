import type { Fault, Json, JsonPointer } from '../../kernel/index.js';

/** What is wrong with the limits of a budget: `{tokens?, calls?, cost?, seconds?}`. `where`: their place. */
export type BudgetFaults = (limits: Json, where: JsonPointer) => readonly Fault[];
