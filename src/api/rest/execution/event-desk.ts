import { Inject, Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { isoInstant, type Json, type Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import type { ExecutionReader, OpenWait } from '../../ports/index.js';
import { ENGINE, READER } from '../../tokens.js';
import type { ApprovalDto, EventDto, SignalDto } from '../dto/wait-bodies.js';
import type { Page } from '../envelope.js';
import { plainJson, uuidAt } from '../validation.js';
import { ExecutionView } from './execution-view.js';
import type { onlyOf } from '../../access/seen-by.js';
import { addressAt } from './step-address.js';

/** What became of an event. */
export interface Delivered {
  readonly event_id: Uuid;
  readonly name: string;
  readonly delivered: readonly Uuid[];
}

const approvalItem = ({
  execution,
  workflowId,
  workflowName,
  step,
  since,
  until,
  awaits,
}: OpenWait): Record<string, Json> => ({
  execution_id: execution,
  workflow_id: workflowId,
  workflow_name: workflowName,
  step,
  task_id: /([^/[]+)[^/]*$/.exec(step)?.[1] ?? step,
  since: isoInstant(since),
  until: until === undefined ? null : isoInstant(until),
  by: awaits?.is === 'approval' ? [...awaits.by] : [],
  message: awaits?.is === 'approval' ? awaits.message : '',
});

const eventOf = ({ name, payload, id }: SignalDto): { id: Uuid; name: string; payload: Json } => ({
  ...{ id: id === undefined ? newId() : uuidAt(id, '/id'), name },
  payload: plainJson(payload, '/payload'),
});

/** What comes from outside to executions that wait, whichever way it comes. */
@Injectable()
export class EventDesk {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
  ) {}

  /** To the execution that the body names, or to all that can wait for it. */
  async publish({ workflow_id: workflow, execution_id: execution, ...body }: EventDto): Promise<Delivered> {
    if (execution !== undefined) return this.deliver(uuidAt(execution, '/execution_id'), body);
    const event = eventOf(body);
    const id = workflow === undefined ? undefined : uuidAt(workflow, '/workflow_id');
    if (id !== undefined) await this.view.mustFindWorkflow(id);
    return { event_id: event.id, name: event.name, delivered: await this.engine.publish(event, id) };
  }

  async deliver(id: Uuid, body: SignalDto): Promise<Delivered> {
    await this.view.mustFind(id);
    const event = eventOf(body);
    await this.engine.deliver(id, event);
    return { event_id: event.id, name: event.name, delivered: [id] };
  }

  /** Fulfils with the status of the execution after the answer. */
  async approve(id: Uuid, { step, ...body }: ApprovalDto): Promise<string> {
    const { approved, by = null, comment = null } = body;
    await this.view.mustFind(id);
    await this.engine.approve(id, addressAt(step, '/step'), { approved, by, comment });
    return (await this.view.mustFind(id)).status;
  }

  /** Those that wait for an answer, oldest first. */
  async approvals(
    page: Page & ReturnType<typeof onlyOf>,
  ): Promise<{ readonly items: Record<string, Json>[]; readonly total: number }> {
    const { items, total } = await this.reader.openWaits('approval', page);
    return { items: items.map(approvalItem), total };
  }
}
