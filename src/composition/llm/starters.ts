import type { StoredTrigger, StoredWebhook, Timing } from '../../integration/ports/index.js';
import { isoInstant, type JsonObject } from '../../kernel/index.js';
import type { Starter, Starters } from '../../llm/ports/index.js';
import type { Storage } from '../../persistence/index.js';

/** Of each kind. */
const MOST = 1000;

const timingWords = (timing: Timing, timeZone: string): string => {
  switch (timing.is) {
    case 'cron':
      return `${timing.cron} ${timeZone}`;
    case 'interval':
      return `every ${timing.seconds} s`;
    case 'once':
      return isoInstant(timing.at);
  }
};

const starts = (document: JsonObject, workflow: { readonly id: string; readonly name: string }): boolean => {
  const named = document.workflow ?? document.workflow_id;
  const isMeant = named === workflow.id || named === workflow.name;
  return isMeant && document.enabled !== false && (document.action ?? 'start') === 'start';
};

const text = (document: JsonObject, field: string): string | undefined => {
  const value = document[field];
  return typeof value === 'string' ? value : undefined;
};

const byName = (one: Starter, other: Starter): number => (one.name < other.name ? -1 : 1);

/** What starts workflows, as far as it is kept. */
export const startersIn = ({
  schedules,
  triggers,
  webhooks,
}: Pick<Storage, 'schedules' | 'triggers' | 'webhooks'>): Starters => ({
  of: async (workflow) => {
    const page = { offset: 0, limit: MOST };
    const planned = await schedules.list({ ...page, state: 'active', workflow: workflow.id });
    const watching = await triggers.all();
    const called = await webhooks.list(page);
    const meant = <T extends StoredTrigger | StoredWebhook>(all: readonly T[]): T[] =>
      all.filter(({ document }) => starts(document, workflow));
    return [
      ...planned.items
        .map(({ spec }): Starter => ({
          is: 'schedule',
          name: spec.name,
          when: timingWords(spec.timing, spec.timeZone),
        }))
        .sort(byName),
      ...meant(watching)
        .map(({ document }): Starter => ({
          is: 'trigger',
          name: text(document, 'name') ?? '',
          when: text(document, 'type'),
        }))
        .sort(byName),
      ...meant(called.items)
        .map(({ document }): Starter => ({ is: 'webhook', name: text(document, 'name') ?? '', when: undefined }))
        .sort(byName),
    ];
  },
});
