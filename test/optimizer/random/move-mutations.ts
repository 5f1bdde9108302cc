import type { Json } from '../../../src/kernel/index.js';
import type { Chance } from '../../../src/kernel/chance.js';
import { depend, dependenciesOf, namesIn, tasksOf, type Fields, type Placed, type Tasks } from './document.js';
import { BOTH, isPlugin, someTask, type Draft, type Mutate } from './mutation.js';

/** A task in a body, and what holds it. */
interface Held {
  readonly found: Placed;
  readonly holder: Placed;
}

const BODY_NAMES = /\b(item|index|state)\b/;

const isHoistable = ({ task, place }: Placed): boolean =>
  typeof place.owner?.tasks === 'object' && Object.keys(place.tasks).length > 1 && typeof task.type === 'string';

/** As one would choose it who knows what it is about. */
const isInvariant = (placed: Placed): boolean => {
  const { task, place } = placed;
  const own = new Set(Object.keys(place.tasks));
  const waits = [...dependenciesOf(task), ...namesIn(task)].some((id) => own.has(id));
  return isPlugin(placed) && !waits && !BODY_NAMES.test(JSON.stringify(task.input ?? {}));
};

const someHeld = (draft: Draft): Held | undefined => {
  const careful = draft.chance.happens(0.8);
  const found = someTask(draft, (placed) => isHoistable(placed) && (!careful || isInvariant(placed)));
  const holder = found && tasksOf(draft.document).find(({ task }) => task === found.place.owner);
  return holder && { found, holder };
};

/** Siblings that a task, or what it holds, waits for. */
const waitedFor = ({ task, place, id }: Placed): string[] =>
  [...new Set([...dependenciesOf(task), ...namesIn(task)])].filter((other) => other !== id && other in place.tasks);

const inner = (text: Json | undefined): string | undefined =>
  typeof text === 'string' ? /^\$\{(.*)\}$/.exec(text)?.[1] : undefined;

/** What a task asks that stands beside a construct now; most of the time whether the construct runs anything. */
const guard = ({ found, holder }: Held, chance: Chance): void => {
  const over = inner((holder.task.map as Fields | undefined)?.over);
  const when = inner(holder.task.when);
  const filled = over === undefined ? [] : [`size(${over}) > ${chance.happens(0.9) ? 0 : 1}`];
  const asks = [...(when === undefined ? [] : [when]), ...filled];
  if (asks.length === 0 || !chance.happens(0.75)) return;
  found.task.when = asks.length === 1 ? `\${${asks[0] ?? ''}}` : `\${(${asks[0] ?? ''}) && ${asks[1] ?? ''}}`;
};

const leavesOf = (tasks: Tasks): string[] => {
  const followed = new Set(Object.values(tasks).flatMap((task) => [...dependenciesOf(task), ...namesIn(task)]));
  return Object.keys(tasks).filter((id) => !followed.has(id) && !tasks[id]?.switch);
};

/** Out of a body, as the optimiser does it, with a mistake now and then. */
export const hoist: Mutate = (draft) => {
  const { chance } = draft;
  const held = someHeld(draft);
  if (!held) return undefined;
  const { found, holder } = held;
  const before = waitedFor(holder);
  if (holder.task.output === undefined && chance.happens(0.7) && leavesOf(found.place.tasks).includes(found.id))
    holder.task.output = Object.fromEntries(leavesOf(found.place.tasks).map((id) => [id, `\${tasks.${id}.output}`]));
  delete found.place.tasks[found.id];
  for (const other of Object.values(found.place.tasks))
    depend(
      other,
      dependenciesOf(other).filter((id) => id !== found.id),
    );
  guard(held, chance);
  if (chance.happens(0.06)) found.task.on_error = chance.pick<Json>(['continue', 'fail']);
  const beside = dependenciesOf(found.task).filter((id) => id in holder.place.tasks);
  depend(found.task, chance.happens(0.9) ? [...beside, ...before] : beside);
  const after = chance.happens(0.9) ? [...before, found.id] : chance.happens(0.5) ? before : [found.id];
  depend(holder.task, [...dependenciesOf(holder.task), ...after]);
  holder.place.tasks[found.id] = found.task;
  const path = `${holder.place.path}/${found.id}`;
  return { levels: BOTH, stands: chance.happens(0.95) ? { [path]: found.path } : {} };
};

/** Two of them, one after the other. */
export const hoistTwo: Mutate = (draft) => {
  const [first, second] = [hoist(draft), hoist(draft)];
  return first && second && { ...first, stands: { ...first.stands, ...second.stands } };
};
