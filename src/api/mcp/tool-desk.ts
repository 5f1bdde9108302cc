import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { Engine } from '../../engine/index.js';
import type { Components } from '../../integration/ports/index.js';
import type { Clock, Instant } from '../../kernel/index.js';
import type { Assistants, Generation, Suggestions } from '../../llm/ports/index.js';
import type { PluginAdministration } from '../../plugin/ports/index.js';
import type { TemplateService } from '../../template/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import type { Access } from '../../access/ports/index.js';
import { Limited } from '../access/limited.js';
import { Owners } from '../access/owners.js';
import { Recorder } from '../access/recorder.js';
import type { ExecutionReader } from '../ports/index.js';
import { Admission } from '../limits/admission.js';
import { EventDesk } from '../rest/execution/event-desk.js';
import { ExecutionDesk } from '../rest/execution/execution-desk.js';
import { ExecutionView } from '../rest/execution/execution-view.js';
import { ReexecutionDesk } from '../rest/execution/reexecution-desk.js';
import { TemplatePages } from '../rest/templates/template-pages.js';
import { WorkflowDesk } from '../rest/workflow/workflow-desk.js';
import type { EventFeed } from '../streams/event-feed.js';
import { ExecutionHistory } from '../streams/execution-history.js';
import {
  ACCESS,
  ASSISTANTS,
  CATALOG,
  CLOCK,
  COMPONENTS,
  ENGINE,
  FEED,
  GENERATION,
  PLUGINS,
  READER,
  SETTINGS,
  SUGGESTIONS,
  TEMPLATES,
  type ApiSettings,
} from '../tokens.js';

/** What tools work with: the services that the controllers work with. */
export interface ToolDesk {
  readonly engine: Engine;
  readonly catalog: WorkflowCatalog;
  readonly reader: ExecutionReader;
  readonly view: ExecutionView;
  readonly history: ExecutionHistory;
  readonly workflows: WorkflowDesk;
  readonly executions: ExecutionDesk;
  readonly reexecutions: ReexecutionDesk;
  readonly events: EventDesk;
  readonly templates: TemplateService;
  readonly templatePages: TemplatePages;
  readonly components: Components;
  readonly plugins: PluginAdministration;
  readonly suggestions: Suggestions;
  readonly assistants: Assistants;
  readonly generation: Generation;
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly settings: ApiSettings;
  readonly access: Access;
  readonly limited: Limited;
  readonly owners: Owners;
  readonly recorder: Recorder;
  readonly admission: Admission;
  readonly startedAt: Instant;
}

const PARTS = {
  engine: ENGINE,
  catalog: CATALOG,
  reader: READER,
  view: ExecutionView,
  history: ExecutionHistory,
  workflows: WorkflowDesk,
  executions: ExecutionDesk,
  reexecutions: ReexecutionDesk,
  events: EventDesk,
  templates: TEMPLATES,
  templatePages: TemplatePages,
  components: COMPONENTS,
  plugins: PLUGINS,
  suggestions: SUGGESTIONS,
  assistants: ASSISTANTS,
  generation: GENERATION,
  feed: FEED,
  clock: CLOCK,
  settings: SETTINGS,
  access: ACCESS,
  limited: Limited,
  owners: Owners,
  recorder: Recorder,
  admission: Admission,
} as const satisfies Record<Exclude<keyof ToolDesk, 'startedAt'>, InjectionToken>;

export const TOOL_DESK = Symbol('ToolDesk');

const names = Object.keys(PARTS) as (keyof typeof PARTS)[];

export const toolDesk: FactoryProvider<ToolDesk> = {
  provide: TOOL_DESK,
  inject: names.map((name) => PARTS[name]),
  useFactory: (...found: unknown[]): ToolDesk => {
    const parts = Object.fromEntries(names.map((name, index) => [name, found[index]])) as unknown as ToolDesk;
    return { ...parts, startedAt: parts.clock.now() };
  },
};
