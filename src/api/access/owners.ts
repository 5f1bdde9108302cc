import { Inject, Injectable } from '@nestjs/common';
import type { Schedules, Triggers } from '../../integration/ports/index.js';
import { HarmoniaError, parseUuid, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { Suggestions } from '../../llm/ports/index.js';
import type { ExecutionReader } from '../ports/index.js';
import { WebhookDesk } from '../rest/webhooks/webhook-desk.js';
import { READER, SCHEDULES, SUGGESTIONS, TRIGGERS } from '../tokens.js';
import type { Owned } from './route-access.js';
import type { Sight } from './sight.js';

const SUGGESTION_ID = /^[0-9a-f]{64}$/;

/** Which workflow things belong to. Of what a caller may not see he hears what he would hear if there were none. */
@Injectable()
export class Owners {
  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(SUGGESTIONS) private readonly suggestions: Suggestions,
    @Inject(SCHEDULES) private readonly schedules: Schedules,
    @Inject(TRIGGERS) private readonly triggers: Triggers,
    private readonly webhooks: WebhookDesk,
  ) {}

  /** Throws what is thrown when there is no such thing. What can be no id is left to who reads it. */
  async mustSee(owned: Owned, text: string, sight: Sight): Promise<void> {
    if (owned === 'suggestion') return this.suggestion(text, sight);
    const id = parseUuid(text);
    if (id === undefined) return;
    const isSeen = await this.isSeen(owned, id, sight);
    if (!isSeen) throw new HarmoniaError(`${owned}_not_found`, { id });
  }

  private async isSeen(owned: Exclude<Owned, 'suggestion'>, id: Uuid, sight: Sight): Promise<boolean> {
    switch (owned) {
      case 'workflow':
        return sight.has(id);
      case 'execution':
        return this.execution(id, sight);
      case 'checkpoint': {
        const found = await this.reader.checkpoint(id);
        return found !== undefined && this.execution(found.execution, sight);
      }
      case 'schedule':
        return sight.has((await this.schedules.get(id)).spec.workflow);
      case 'webhook':
        return isFor(await this.webhooks.mustFind(id), sight);
      case 'trigger':
        return isFor(await this.triggers.get(id), sight);
    }
  }

  private async execution(id: Uuid, sight: Sight): Promise<boolean> {
    const found = await this.reader.find(id);
    return found !== undefined && sight.has(found.workflowId);
  }

  private async suggestion(id: string, sight: Sight): Promise<void> {
    if (!SUGGESTION_ID.test(id)) return;
    const { suggestion } = await this.suggestions.get(id);
    if (!sight.has(suggestion.workflowId)) throw new HarmoniaError('suggestion_not_found', { id });
  }
}

/** Whether a webhook or trigger, as it is shown, is for one of the workflows. One for none is for all. */
export const isFor = ({ workflow, workflow_id: id }: JsonObject, sight: Sight): boolean =>
  sight.hasNamed(workflow ?? id ?? undefined);
