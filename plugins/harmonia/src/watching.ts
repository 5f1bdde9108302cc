import {
  fatal,
  type Json,
  type Occurrence,
  type TriggerContext,
  type Watched,
  type WatchRequest,
  type WorkflowWatch,
} from '@tekton/harmonia/plugin';

/** What is seen without anything to tell until the place is remembered: 24 hours of events may be gone over again else. */
const FORGOTTEN = 500;

const watchOf = ({ services }: TriggerContext<never>): WorkflowWatch => {
  if (services.workflows) return services.workflows;
  throw fatal('workflows_unavailable', 'What runs this trigger offers no workflows.');
};

const cursorIn = (memory: Json): string | undefined => {
  const cursor = (memory as { cursor?: unknown } | null)?.cursor;
  return typeof cursor === 'string' ? cursor : undefined;
};

/** An occurrence, and what is told instead when its payload is too large. */
export type Told = Occurrence & { readonly small: Json };

const tell = async (context: TriggerContext<never>, { small, ...occurrence }: Told): Promise<void> => {
  try {
    await context.emit(occurrence);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'payload_too_large') throw error;
    context.log('warn', `What belongs to ${occurrence.id} is too large, and left out`);
    await context.emit({ ...occurrence, payload: small });
  }
};

/**
 * Goes through what happens, from where the memory says or from now on. A place is remembered once all up to it is told; a
 * crash in between tells it again, and the ids see to it.
 */
export const follow = async (
  context: TriggerContext<never>,
  of: WatchRequest['of'],
  occurrenceOf: (seen: Exclude<Watched, { is: 'mark' }>) => Told | undefined,
): Promise<void> => {
  const since = cursorIn(context.memory);
  const { signal } = context;
  let telling: Promise<void>[] = [];
  let unremembered = since === undefined ? FORGOTTEN : 0;
  for await (const seen of watchOf(context).watch({ of, signal, ...(since !== undefined && { since }) })) {
    if (seen.is !== 'mark') {
      unremembered += 1;
      const occurrence = occurrenceOf(seen);
      if (!occurrence) continue;
      const told = tell(context, occurrence);
      // Looked at below; until then it may fail without anybody there.
      told.catch(() => undefined);
      telling.push(told);
      continue;
    }
    if (telling.length === 0 && unremembered < FORGOTTEN) continue;
    await Promise.all(telling);
    await context.remember({ cursor: seen.cursor });
    telling = [];
    unremembered = 0;
  }
};
