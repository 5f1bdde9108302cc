import { fault, HarmoniaError, parseUuid, type Json, type Uuid } from '../../kernel/index.js';
import { limited } from '../access/limited.js';
import { onlyOf } from '../access/seen-by.js';
import type { Sight } from '../access/sight.js';
import { workflowDetails } from '../rest/present/workflow.js';
import { requestFault } from '../rest/validation.js';
import type { Asker } from './asker.js';
import { document, documents } from './documents.js';
import type { ToolDesk } from './tool-desk.js';
import { executionAnswer } from './tools/execution-answer.js';

/** A resource as `resources/list` tells it. */
export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly mimeType: string;
}

const JSON_TYPE = 'application/json';
const MARKDOWN = 'text/markdown';
const SCHEME = 'harmonia://';

export const workflowUri = (id: string): string => `${SCHEME}workflows/${id}`;
export const executionUri = (id: string): string => `${SCHEME}executions/${id}`;
const templateUri = (id: string): string => `${SCHEME}templates/${id}`;
const documentUri = (name: string): string => `${SCHEME}docs/${name}`;

export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: workflowUri('{workflow_id}'),
    name: 'workflow',
    title: 'Workflow',
    description: 'The current version of a workflow.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: executionUri('{execution_id}'),
    name: 'execution',
    title: 'Execution',
    description: 'An execution with what its tasks gave.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: templateUri('{template_id}'),
    name: 'template',
    title: 'Template',
    description: 'The current version of a template.',
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: documentUri('{+name}'),
    name: 'documentation',
    title: 'Documentation',
    description: 'A page of the documentation of Harmonia.',
    mimeType: MARKDOWN,
  },
];

interface Part {
  readonly offset: number;
  readonly limit: number;
  /** What the asker may see, when that is not all. */
  readonly sight: Sight | undefined;
}

interface Kind {
  readonly name: string;
  /** Some of them, and how many there are. */
  readonly list: (desk: ToolDesk, part: Part) => Promise<{ items: readonly ListedResource[]; total: number }>;
  /** Throws when there is none. `undefined`: there is none either. */
  readonly read: (desk: ToolDesk, name: string) => Promise<string | undefined>;
  readonly mimeType: string;
  /** Whose each of them is; `everybody`: nobody's; `nobody`: not for callers that are limited to some workflows. */
  readonly owned: 'workflow' | 'execution' | 'everybody' | 'nobody';
}

const pretty = (value: Readonly<Record<string, Json>>): string => JSON.stringify(value, null, 2);

const byId =
  (show: (desk: ToolDesk, id: Uuid) => Promise<Readonly<Record<string, Json>>>): Kind['read'] =>
  async (desk, name) => {
    const id = parseUuid(name);
    return id === undefined ? undefined : pretty(await show(desk, id));
  };

const KINDS: readonly Kind[] = [
  {
    name: 'docs',
    owned: 'everybody',
    mimeType: MARKDOWN,
    list: async (_desk, { offset, limit }) => {
      const all = await documents();
      const items = all.slice(offset, offset + limit).map(({ name, title }) => ({
        ...{ uri: documentUri(name), name, title, mimeType: MARKDOWN },
      }));
      return { items, total: all.length };
    },
    read: (_desk, name) => document(name),
  },
  {
    name: 'workflows',
    owned: 'workflow',
    mimeType: JSON_TYPE,
    list: async ({ catalog }, { sight, ...part }) => {
      const only = sight ? { names: [...sight.names] } : {};
      const { items, total } = await catalog.list({ sortBy: 'created_at', descending: false, ...part, ...only });
      const shown = items.map(({ id, name, description }) => ({
        ...{ uri: workflowUri(id), name: `workflow ${id}`, title: name, mimeType: JSON_TYPE },
        ...(description && { description }),
      }));
      return { items: shown, total };
    },
    read: byId(async ({ catalog }, id) => workflowDetails(await catalog.find(id))),
  },
  {
    name: 'templates',
    owned: 'nobody',
    mimeType: JSON_TYPE,
    list: async ({ templates }, { sight, ...part }) => {
      if (sight) return { items: [], total: 0 };
      await templates.ready();
      const { items, total } = await templates.repository.list({ sortBy: 'created_at', descending: false, ...part });
      const shown = items.map(({ id, name, description }) => ({
        ...{ uri: templateUri(id), name: `template ${id}`, title: name, description, mimeType: JSON_TYPE },
      }));
      return { items: shown, total };
    },
    read: byId(async ({ templates, templatePages }, id) => {
      await templates.ready();
      return templatePages.details(await templates.repository.find(id));
    }),
  },
  {
    name: 'executions',
    owned: 'execution',
    mimeType: JSON_TYPE,
    list: async ({ reader }, { sight, ...part }) => {
      const only = onlyOf(sight);
      const { items, total } = await reader.list({ sortBy: 'created_at', descending: true, ...part, ...only });
      const shown = items.map(({ id, workflowName, status }) => ({
        ...{ uri: executionUri(id), name: `execution ${id}`, title: `${workflowName}: ${status}`, mimeType: JSON_TYPE },
      }));
      return { items: shown, total };
    },
    read: byId(async ({ view }, id) => executionAnswer(await view.whole(id))),
  },
];

/** How many a page holds. */
const PAGE = 100;

/** `cursor`: where the page before ended: a kind and how many of it were listed. Throws `validation_error`. */
const placeOf = (cursor: string | undefined): { kind: number; offset: number } => {
  if (cursor === undefined) return { kind: 0, offset: 0 };
  const [, name, offset] = /^([a-z]+):(\d{1,9})$/.exec(cursor) ?? [];
  const kind = KINDS.findIndex((one) => one.name === name);
  if (kind === -1) throw requestFault(fault('wrong_type', '/cursor', { expected: 'nextCursor of the page before' }));
  return { kind, offset: Number(offset) };
};

/** Documentation, workflows, templates, executions; so many at once. */
export const listResources = async (desk: ToolDesk, { sight }: Asker, cursor?: string) => {
  const place = placeOf(cursor);
  const resources: ListedResource[] = [];
  let { offset } = place;
  for (const [index, kind] of KINDS.entries()) {
    if (index < place.kind) continue;
    const { items, total } = await kind.list(desk, { offset, limit: PAGE - resources.length, sight });
    resources.push(...items);
    offset += items.length;
    const more = offset < total && items.length > 0;
    const next = more ? `${kind.name}:${offset}` : KINDS[index + 1] && `${KINDS[index + 1]?.name}:0`;
    if (more || resources.length === PAGE) return { resources, ...(next && { nextCursor: next }) };
    offset = 0;
  }
  return { resources };
};

/** Throws `resource_not_found`, or what says that the workflow, execution or template is not there. */
export const readResource = async (desk: ToolDesk, { caller, sight }: Asker, uri: string) => {
  const [, name, rest] = /^harmonia:\/\/([a-z]+)\/(.+)$/s.exec(uri) ?? [];
  const kind = KINDS.find((one) => one.name === name);
  if (kind && rest !== undefined && sight) {
    if (kind.owned === 'nobody') throw limited(caller);
    if (kind.owned !== 'everybody') await desk.owners.mustSee(kind.owned, rest, sight);
  }
  const text = kind && rest !== undefined ? await kind.read(desk, rest) : undefined;
  if (!kind || text === undefined) throw new HarmoniaError('resource_not_found', { uri });
  return { contents: [{ uri, mimeType: kind.mimeType, text }] };
};
