import { foresee, type CompiledWorkflow } from '../../../engine/core/index.js';
import { isJsonObject, type Instant, type Json } from '../../../kernel/index.js';
import { edgesOf } from '../../optimizer/dependence/index.js';
import type { Study } from '../../optimizer/rules/index.js';
import type { Audience, Starter, Whereabouts } from '../../ports/index.js';
import { knownOutcomes } from '../known-outcomes.js';
import { plannedTasks, touchesOf } from '../plan/touched.js';
import { tasksOf } from '../task-index.js';
import { inputWords, outputWords } from './border-words.js';
import { code, count, quoted } from './english.js';
import { failureWords } from './failure-words.js';
import { limitWords, startWords } from './limit-words.js';
import { orderWords } from './order-words.js';
import type { Describes } from './task-words.js';
import { assertedWords, touchWords } from './touch-words.js';

/** What is explained. */
export interface Explained {
  readonly study: Study;
  readonly audience: Audience;
  readonly types: Describes;
  readonly whereabouts: Whereabouts;
  readonly starters: readonly Starter[];
  readonly now: Instant;
}

const TITLES = {
  about: 'What it is',
  input: 'What it takes',
  steps: 'What it does',
  output: 'What it gives',
  touches: 'What it touches',
  failures: 'What happens when something fails',
  order: 'Orders without a visible reason',
  limits: 'What bounds it',
  starts: 'What starts it',
} as const;
type SectionId = keyof typeof TITLES;

/** What each reader is told, in which order. */
const READS: Readonly<Record<Audience, readonly SectionId[]>> = {
  newcomer: ['about', 'input', 'steps', 'output', 'touches', 'failures', 'starts'],
  operator: ['about', 'starts', 'touches', 'failures', 'limits', 'steps'],
  author: ['about', 'input', 'steps', 'order', 'failures', 'touches', 'limits', 'output', 'starts'],
};

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly lines: readonly string[];
}

const aboutWords = (compiled: CompiledWorkflow): readonly string[] => {
  const { name, version, document, taskCount, scope } = compiled;
  const { description } = document;
  const inside = taskCount - scope.tasks.length;
  const said = typeof description === 'string' && description.trim() !== '' ? [quoted(description, 400)] : [];
  const state = scope.variables
    ? [`It keeps variables while it runs: ${[...scope.variables.names].map((one) => code(one)).join(', ')}.`]
    : [];
  return [
    `${quoted(name, 255)}, version ${code(version)}: ${count(taskCount, 'task')}${inside === 0 ? '' : `, ${inside} of them inside others`}.`,
    ...said,
    ...state,
  ];
};

const assertedIn = ({ places, conflicts }: Study): (readonly [string, string])[] =>
  places.scopes.flatMap((home) =>
    edgesOf(home, conflicts)
      .filter((edge) => edge.class === 'asserted')
      .map(({ from, to }): readonly [string, string] => [home.tasks[from]?.path ?? '', home.tasks[to]?.path ?? '']),
  );

/** An explanation that rests on the definition, and on nothing that anybody says about it: equal for equal facts. */
export const explanationOf = (about: Explained): readonly Section[] => {
  const { study, audience, types, whereabouts, starters, now } = about;
  const { workflow: compiled } = study;
  const tasks = [...tasksOf(compiled).values()];
  const foreseen = foresee(compiled, { input: undefined, now, assume: knownOutcomes() });
  const planned = foreseen.ok ? plannedTasks(compiled, foreseen.value.tasks, whereabouts) : [];
  const words: Readonly<Record<SectionId, () => readonly string[]>> = {
    about: () => aboutWords(compiled),
    input: () => inputWords(compiled),
    steps: () => orderWords(compiled.scope, audience === 'newcomer' ? types : undefined),
    output: () => outputWords(compiled),
    touches: () =>
      touchWords(
        touchesOf(
          planned.filter(({ chance }) => chance !== 'impossible'),
          study.facts,
        ),
      ),
    failures: () => failureWords(compiled, tasks),
    order: () => assertedWords(assertedIn(study)),
    limits: () => limitWords(compiled, tasks),
    starts: () => startWords(starters),
  };
  return READS[audience].map((id) => ({ id, title: TITLES[id], lines: words[id]() }));
};

/** The whole as one text. */
export const textOf = (sections: readonly Section[]): string =>
  sections.map(({ title, lines }) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`).join('\n');

/** Names and descriptions that people gave to tasks, and no values. */
export const namesGiven = ({
  document,
}: CompiledWorkflow): readonly { readonly id: string; readonly text: string }[] => {
  const found: { id: string; text: string }[] = [];
  const visit = (tasks: Json | undefined, path: string): void => {
    if (!isJsonObject(tasks)) return;
    for (const [id, task] of Object.entries(tasks)) {
      if (!isJsonObject(task)) continue;
      const said = [task.name, task.description].filter(
        (text): text is string => typeof text === 'string' && text !== id,
      );
      if (said.length > 0) found.push({ id: `${path}${id}`, text: said.join(': ') });
      for (const field of ['tasks', 'race', 'try', 'catch', 'finally']) visit(task[field], `${path}${id}/`);
    }
  };
  visit(document.tasks, '');
  return found;
};
