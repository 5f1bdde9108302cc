import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import { CATALOG, ENGINE, SETTINGS, type ApiSettings } from '../../tokens.js';
import type { ExecuteDto, ReasonDto, ResumeDto } from '../dto/bodies.js';
import type { CancelDto } from '../dto/wait-bodies.js';
import type { Key } from '../idempotency.js';
import { limitsAt } from '../validation.js';
import { ExecutionView } from './execution-view.js';

/** What is asked of executions, whichever way it comes. */
@Injectable()
export class ExecutionDesk {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    private readonly view: ExecutionView,
  ) {}

  /** Throws `payload_too_large`. */
  checkSize(body: Pick<ExecuteDto, 'input' | 'metadata'>): void {
    const { maxPayloadBytes: limit } = this.settings;
    for (const name of ['input', 'metadata'] as const) {
      const size = body[name] === undefined ? 0 : Buffer.byteLength(JSON.stringify(body[name]));
      if (size <= limit) continue;
      throw new HarmoniaError('payload_too_large', {
        subject: `The ${name}`,
        size,
        limit,
        setting: 'HARMONIA_MAX_PAYLOAD_BYTES',
      });
    }
  }

  /** Fulfils with the execution once it is durable. */
  async start(workflow: Uuid, body: ExecuteDto, key?: Key): Promise<Uuid> {
    this.checkSize(body);
    const { input = {}, metadata = {}, execution_options: options } = body;
    const { timeout, retry_policy: retry, budget } = options ?? {};
    const { execution } = await this.engine.start({
      ...(await this.catalog.toStart(workflow, body.version)),
      input: input as Json,
      metadata: metadata as JsonObject,
      options: {
        ...(timeout !== undefined && { timeout: timeout * 1000 }),
        ...(budget && { budget: limitsAt(budget, '/execution_options/budget') }),
        ...(retry !== undefined && { retry_policy: JSON.parse(JSON.stringify(retry)) as object }),
      },
      ...(key && { key }),
    });
    return execution;
  }

  /** Answers what it is then: one that was canceled before stays so. */
  async cancel(id: Uuid, body: CancelDto): Promise<string> {
    const { status } = await this.view.mustFind(id);
    if (status !== 'canceled') await this.cancelUnlessOver(id, body);
    return (await this.view.mustFind(id)).status;
  }

  async pause(id: Uuid, { reason }: ReasonDto): Promise<void> {
    await this.view.mustFind(id);
    await this.engine.pause(id, reason);
  }

  async resume(id: Uuid, { budget, by, comment }: ResumeDto): Promise<void> {
    await this.view.mustFind(id);
    await this.engine.resume(id, {
      ...(budget && { raise: limitsAt(budget, '/budget') }),
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
    });
  }

  /** Somebody else may have canceled it meanwhile, which is what was asked for. */
  private async cancelUnlessOver(id: Uuid, body: CancelDto): Promise<void> {
    try {
      await this.engine.cancel(id, body);
    } catch (error) {
      if ((await this.view.mustFind(id)).status !== 'canceled') throw error;
    }
  }
}
