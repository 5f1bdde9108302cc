import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const CALL = new Table({
  name: 'llm_call',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'at', type: 'bigint' },
    { name: 'tenant', type: 'text' },
    { name: 'workflow', type: 'text', isNullable: true },
    { name: 'purpose', type: 'text' },
    { name: 'trace_id', type: 'text' },
    { name: 'prompt', type: 'text', isNullable: true },
    { name: 'transport', type: 'text' },
    { name: 'provider', type: 'text' },
    { name: 'model', type: 'text' },
    { name: 'prompt_tokens', type: 'bigint' },
    { name: 'completion_tokens', type: 'bigint' },
    { name: 'cached_tokens', type: 'bigint' },
    { name: 'total_tokens', type: 'bigint' },
    { name: 'is_estimated', type: 'boolean' },
    { name: 'prices', type: 'text', isNullable: true },
    { name: 'currency', type: 'text', isNullable: true },
    { name: 'cost_nano', type: 'bigint', isNullable: true },
    { name: 'latency', type: 'bigint' },
    { name: 'outcome', type: 'text' },
    { name: 'reason', type: 'text', isNullable: true },
    { name: 'accepted', type: 'integer', isNullable: true },
    { name: 'rejected', type: 'text', isNullable: true },
    { name: 'unusable', type: 'integer', isNullable: true },
  ],
  indices: [
    { name: 'llm_call_tenant', columnNames: ['tenant', 'at'] },
    { name: 'llm_call_workflow', columnNames: ['workflow', 'at'] },
    { name: 'llm_call_trace', columnNames: ['trace_id'] },
    { name: 'llm_call_at', columnNames: ['at'] },
  ],
});

/** The ledger of language models: a row for each call. */
export class LlmCalls1700000000014 implements MigrationInterface {
  readonly name = 'LlmCalls1700000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(CALL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(CALL);
  }
}
