import type { CompiledScope, CompiledTask, CompiledWorkflow } from '../../../engine/core/index.js';

/** Where a task stands in its workflow. */
export interface Place {
  /** `/each[*]/fetch`: that of all its steps. */
  readonly pattern: string;
  readonly task: CompiledTask;
  readonly scope: CompiledScope;
  /** The construct whose body it is in. */
  readonly owner: Place | undefined;
}

/** A body of a construct, and what its pattern gains over that of the construct. */
interface Body {
  readonly scope: CompiledScope;
  readonly suffix: string;
}

/** The bodies of a construct. */
export const bodiesOf = ({ work }: CompiledTask): readonly Body[] => {
  switch (work.is) {
    case 'group':
    case 'race':
      return [{ scope: work.body, suffix: '' }];
    case 'map':
    case 'loop':
      return [{ scope: work.body, suffix: '[*]' }];
    case 'try': {
      const phases = { '/try': work.body, '/catch': work.catch, '/finally': work.finally };
      return Object.entries(phases).flatMap(([suffix, scope]) => (scope ? [{ scope, suffix }] : []));
    }
    default:
      return [];
  }
};

/** Every task by its pattern, in definition order. Without what undoes others, and notices. */
export const placesOf = ({ scope: root }: CompiledWorkflow): ReadonlyMap<string, Place> => {
  const places = new Map<string, Place>();
  const visit = (scope: CompiledScope, prefix: string, owner: Place | undefined): void => {
    for (const task of scope.tasks) {
      const place: Place = { pattern: prefix + task.path, task, scope, owner };
      places.set(place.pattern, place);
      for (const body of bodiesOf(task)) visit(body.scope, place.pattern + body.suffix, place);
    }
  };
  visit(root, '', undefined);
  return places;
};
