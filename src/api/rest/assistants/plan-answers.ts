import { ApiProperty } from '@nestjs/swagger';

const number = { type: Number, nullable: true } as const;
const text = { type: String, nullable: true } as const;
const texts: { type: [StringConstructor] } = { type: [String] };
/** An object of these fields, or null. */
const objectOrNull = (properties: Record<string, object>) => ({
  type: 'object' as const,
  nullable: true,
  required: Object.keys(properties),
  properties,
});
const range = objectOrNull({ p5: { type: 'number' }, p50: { type: 'number' }, p95: { type: 'number' } });
const costs = objectOrNull({
  currency: { type: 'string' },
  ...{ p5: { type: 'number' }, p50: { type: 'number' }, p95: { type: 'number' } },
});
const items = objectOrNull({ min: { type: 'integer' }, max: { type: 'integer', nullable: true } });
const duration = objectOrNull({ p50_seconds: { type: 'number' }, p95_seconds: { type: 'number' } });
const chance = {
  enum: ['certain', 'possible', 'impossible'],
  description:
    '`certain`: it runs in every execution in which nothing fails that is not known to; `impossible`: it runs in none.',
} as const;

export class PlanTimesAnswer {
  @ApiProperty({ type: 'integer' })
  min!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null: nothing bounds it.' })
  max!: number | null;
}

export class PlanReasonAnswer {
  @ApiProperty({
    enum: [
      ...['condition_open', 'condition_false', 'not_worked_out', 'branch', 'upstream', 'not_entered', 'race'],
      ...['only_after_failure', 'cut_short'],
    ],
  })
  is!: string;

  @ApiProperty({ ...text, description: 'The task that it depends on.' })
  by!: string | null;

  @ApiProperty({ type: String })
  text!: string;
}

export class PlannedTaskAnswer {
  @ApiProperty({ type: String, description: '`/each[*]/fetch`' })
  task!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String, description: 'A task type, or the construct: `map`, `switch`, `approval`.' })
  work!: string;

  @ApiProperty(chance)
  chance!: string;

  @ApiProperty({ type: PlanTimesAnswer, description: 'How often it runs.' })
  times!: PlanTimesAnswer;

  @ApiProperty({ ...items, description: 'Items or iterations, of a map or a loop.' })
  items!: object | null;

  @ApiProperty({ ...number, description: 'Of a possible task: the share of recorded runs in which it was let run.' })
  share!: number | null;

  @ApiProperty({ type: [PlanReasonAnswer], description: 'Why it is not certain.' })
  reasons!: PlanReasonAnswer[];

  @ApiProperty({
    enum: ['pure', 'read', 'idempotent', 'write', null],
    nullable: true,
    description: 'Null: a construct.',
  })
  effects!: string | null;

  @ApiProperty(texts)
  hosts!: string[];
}

export class PlanHostAnswer {
  @ApiProperty({ type: String, description: '`*`: any that the network guard lets through.' })
  host!: string;

  @ApiProperty({
    enum: ['input', 'manifest', 'component', 'workflow'],
    description: '`input`: its URL is known; `manifest`: all that the plugin may reach; `component`: its address.',
  })
  from!: string;

  @ApiProperty(chance)
  chance!: string;

  @ApiProperty(texts)
  tasks!: string[];
}

export class PlanNamedAnswer {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty(texts)
  tasks!: string[];
}

export class PlanEffectsAnswer {
  @ApiProperty(texts)
  pure!: string[];

  @ApiProperty(texts)
  read!: string[];

  @ApiProperty(texts)
  idempotent!: string[];

  @ApiProperty(texts)
  write!: string[];

  @ApiProperty({ ...texts, description: 'What changes something, and nothing in the workflow undoes.' })
  irreversible!: string[];
}

export class PlanWaitAnswer {
  @ApiProperty({ type: String })
  task!: string;

  @ApiProperty({ enum: ['wait', 'event', 'approval', 'webhook'] })
  for!: string;

  @ApiProperty(chance)
  chance!: string;

  @ApiProperty({ ...number, description: 'How long, where it is written down.' })
  seconds!: number | null;

  @ApiProperty({ ...number, description: 'How long at most; null: for ever, or not known.' })
  within_seconds!: number | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Who may approve; empty: anybody.' })
  by!: string[] | null;

  @ApiProperty({ ...number, description: 'How long it took in recorded runs.' })
  p50_seconds!: number | null;

  @ApiProperty(number)
  p95_seconds!: number | null;
}

export class PlanChildAnswer {
  @ApiProperty({ type: String })
  task!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ ...text, description: 'A range; null: the newest.' })
  version!: string | null;

  @ApiProperty({ type: Boolean })
  awaited!: boolean;

  @ApiProperty(chance)
  chance!: string;

  @ApiProperty({
    enum: ['planned', 'repeats', 'unplanned', 'refused'],
    description:
      '`repeats`: the workflow is around this step already, planned for any input; `unplanned`: it was not looked at, or is one too many; `refused`: it could not be started.',
  })
  outcome!: string;

  @ApiProperty({ ...text, description: 'The version that would be started now.' })
  planned_version!: string | null;

  @ApiProperty({
    ...objectOrNull({ code: { type: 'string' }, message: { type: 'string' } }),
    description: 'Why it could not be started.',
  })
  refusal!: object | null;

  @ApiProperty({ enum: ['must', 'may', 'never'], nullable: true })
  fails!: string | null;

  @ApiProperty({ type: [PlannedTaskAnswer], description: 'Of each execution. Named `<step> > <task>`.' })
  tasks!: PlannedTaskAnswer[];

  @ApiProperty({ type: () => [PlanChildAnswer], description: 'Those that it starts itself.' })
  workflows!: PlanChildAnswer[];
}

export class PlanFailureAnswer {
  @ApiProperty({ type: Number, description: '0 to 1.' })
  probability!: number;

  @ApiProperty({ type: [Number], minItems: 2, maxItems: 2 })
  ci95!: number[];
}

export class PlanBasisAnswer {
  @ApiProperty({ type: 'integer', description: 'Recorded executions of the workflow.' })
  executions!: number;

  @ApiProperty({ type: Number })
  window_days!: number;

  @ApiProperty({ type: 'integer' })
  simulated_runs!: number;

  @ApiProperty({ type: 'integer', description: 'Ways through the workflow that were told apart.' })
  ways!: number;

  @ApiProperty({ ...texts, description: 'Tasks of which only others of their type were seen.' })
  by_type!: string[];

  @ApiProperty(texts)
  never_seen!: string[];

  @ApiProperty({ ...texts, description: 'Conditions, switches, maps and loops that were never seen to be decided.' })
  guessed!: string[];

  @ApiProperty({
    ...texts,
    description: 'Tasks that use models without a known price: what they cost is not in `cost`.',
  })
  unpriced!: string[];

  @ApiProperty(texts)
  assumptions!: string[];
}

export class PlannedWorkflowAnswer {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  version!: string;
}

/** What a run will do, whatever it takes. */
export class PlannedRunAnswer {
  @ApiProperty({ type: [PlannedTaskAnswer], description: 'In the order of the definition.' })
  tasks!: PlannedTaskAnswer[];

  @ApiProperty({ type: [PlanHostAnswer], description: 'All that it reaches is among them, but for `redirects`.' })
  hosts!: PlanHostAnswer[];

  @ApiProperty({ ...texts, description: 'Tasks that a redirect may lead to other hosts.' })
  redirects!: string[];

  @ApiProperty({ type: [PlanNamedAnswer] })
  credentials!: PlanNamedAnswer[];

  @ApiProperty({ type: [PlanNamedAnswer] })
  secrets!: PlanNamedAnswer[];

  @ApiProperty({ type: PlanEffectsAnswer })
  effects!: PlanEffectsAnswer;

  @ApiProperty({ type: [PlanWaitAnswer] })
  waits!: PlanWaitAnswer[];

  @ApiProperty({ type: [PlanChildAnswer] })
  workflows!: PlanChildAnswer[];
}

/** What an execution will do, and what it takes. */
export class PlanAnswer extends PlannedRunAnswer {
  @ApiProperty({ type: PlannedWorkflowAnswer })
  workflow!: PlannedWorkflowAnswer;

  @ApiProperty({
    enum: ['must', 'may', 'never'],
    description: '`must`: it fails whatever its tasks give; `never`: not before a task fails that is not known to.',
  })
  fails!: string;

  @ApiProperty({ ...duration, description: 'Null: nothing of it was ever seen to run.' })
  duration!: object | null;

  @ApiProperty({ type: PlanFailureAnswer })
  failure!: PlanFailureAnswer;

  @ApiProperty({ type: Number, description: 'Mean per run.' })
  attempts!: number;

  @ApiProperty({ ...range, description: 'Null: no run ever said.' })
  tokens!: object | null;

  @ApiProperty({ ...costs, description: 'Null: no run ever said.' })
  cost!: object | null;

  @ApiProperty({ type: Number, description: '0 to 1; at most 0.3 without any history.' })
  confidence!: number;

  @ApiProperty({ type: PlanBasisAnswer })
  basis!: PlanBasisAnswer;
}
