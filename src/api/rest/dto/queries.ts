import { Flag, FromText, Id, OneOf, Text, Whole } from './fields.js';

/** Both styles of paging: `limit`/`offset`, and `page`/`limit`. */
export class PageQueryDto {
  @Whole(1, 1000, { description: '100 when absent, with page 20.' })
  @FromText()
  limit?: number;

  @Whole(0, 1_000_000_000)
  @FromText()
  offset?: number;

  @Whole(1, 1_000_000, { description: 'From 1; it wins over offset.' })
  @FromText()
  page?: number;

  @OneOf(['asc', 'desc'], { description: 'desc when absent.' })
  sort_order?: 'asc' | 'desc';
}

export class WorkflowQueryDto extends PageQueryDto {
  @Text(255)
  name?: string;

  @Text(255, { description: 'Part of the name or description.' })
  q?: string;

  @Text(255)
  tag?: string;

  @OneOf(['name', 'created_at', 'updated_at'])
  sort_by?: 'name' | 'created_at' | 'updated_at';
}

export class ExecutionQueryDto extends PageQueryDto {
  @Id()
  workflow_id?: string;

  @Text(255, { description: 'One status, or several with commas.' })
  status?: string;

  @Text(64, { description: 'Created at or after: ISO 8601, or epoch ms.' })
  from?: string;

  @Text(64, { description: 'Created at or before: ISO 8601, or epoch ms.' })
  to?: string;

  @OneOf(['created_at', 'updated_at', 'ended_at'])
  sort_by?: 'created_at' | 'updated_at' | 'ended_at';
}

export class TaskQueryDto extends PageQueryDto {
  @Flag({ description: 'false: only the tasks of the workflow, not the steps that its constructs hold.' })
  @FromText()
  nested?: boolean;
}

export class ApprovalQueryDto extends PageQueryDto {
  @Flag({ description: 'Only those that wait for an answer; there are no others here.' })
  @FromText()
  open?: boolean;
}

export class ReexecuteQueryDto {
  @Flag({ description: 'true: answer what would be done, and do nothing.' })
  @FromText()
  dry_run?: boolean;
}

export class CheckpointQueryDto extends PageQueryDto {
  @Id()
  execution_id?: string;
}

export class AtQueryDto {
  @Whole(0, Number.MAX_SAFE_INTEGER, { description: 'Right after this event of its journal, from 1; now when absent.' })
  @FromText()
  at?: number;
}

export class EventQueryDto {
  @Text(20, { description: 'After which event to begin: its sequence, or the next_since of a page.' })
  since?: string;

  @Whole(1, 10_000, { description: '1000 when absent.' })
  @FromText()
  limit?: number;
}

export class VersionQueryDto {
  @Text(128, { description: 'The latest when absent.' })
  version?: string;
}

export class ExportQueryDto extends VersionQueryDto {
  @OneOf(['json', 'yaml'], { description: 'json when absent.' })
  format?: 'json' | 'yaml';
}

export class UpdateQueryDto {
  @Flag({ description: 'Take the next free patch version when the one of the document is there.' })
  @FromText()
  bump?: boolean;
}

export class RemoveQueryDto {
  @Flag({ description: 'Also when executions of it are open.' })
  @FromText()
  force?: boolean;
}
