import type { Json } from '../../../src/kernel/index.js';

/** Documents as the random ones are written: changed in place until they are compiled, which freezes them. */
export type Fields = { [name: string]: Json };
export type Tasks = { [id: string]: Fields };

export interface Document extends Fields {
  tasks: Tasks;
}

export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A scope of a document: where, and its tasks. */
export interface Place {
  /** As in `task-path.ts`: '' or the path of the container and the phase. */
  readonly path: string;
  readonly tasks: Tasks;
  /** The task that holds it. */
  readonly owner: Fields | undefined;
}

const BODIES = ['tasks', 'race', 'try', 'catch', 'finally'] as const;

const PHASES: ReadonlySet<string> = new Set(['try', 'catch', 'finally']);

/** All scopes of a document; outer ones first. */
export const placesOf = (document: Document): Place[] => {
  const places: Place[] = [];
  const visit = (path: string, tasks: Tasks, owner: Fields | undefined): void => {
    places.push({ path, tasks, owner });
    for (const [id, task] of Object.entries(tasks)) {
      for (const body of BODIES) {
        if (typeof task[body] !== 'object') continue;
        visit(`${path}/${id}${PHASES.has(body) ? `/${body}` : ''}`, task[body] as Tasks, task);
      }
    }
  };
  visit('', document.tasks, undefined);
  return places;
};

/** A task of a document in its place. */
export interface Placed {
  readonly id: string;
  readonly path: string;
  readonly task: Fields;
  readonly place: Place;
}

export const tasksOf = (document: Document): Placed[] =>
  placesOf(document).flatMap((place) =>
    Object.entries(place.tasks).map(([id, task]) => ({ id, path: `${place.path}/${id}`, task, place })),
  );

/** The bodies of a task. */
export const bodiesIn = (task: Fields): Tasks[] =>
  BODIES.flatMap((body) => (typeof task[body] === 'object' ? [task[body] as Tasks] : []));

const REFERENCE = /\btasks\.([A-Za-z_]\w*)/g;

/** Ids that the expressions of a value name; those of the bodies of a task, too. */
export const namesIn = (value: Json): Set<string> =>
  new Set([...JSON.stringify(value).matchAll(REFERENCE)].map(([, id]) => id as string));

/** The same with every expression about one task about another. */
export const renamed = <T>(value: T, from: string, to: string): T =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(new RegExp(`\\btasks\\.${from}\\b`, 'g'), `tasks.${to}`)
      .replaceAll(new RegExp(`"${from}"(?=[,\\]}])`, 'g'), `"${to}"`),
  ) as T;

export const dependenciesOf = (task: Fields): string[] => [...((task.depends_on as string[] | undefined) ?? [])];

export const depend = (task: Fields, on: readonly string[]): void => {
  const unique = [...new Set(on)];
  if (unique.length > 0) task.depends_on = unique;
  else delete task.depends_on;
};
