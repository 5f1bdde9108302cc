import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const WEBHOOK = new Table({
  name: 'inbound_webhook',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'endpoint', type: 'text', isUnique: true },
    { name: 'document', type: 'text' },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

const DELIVERY = new Table({
  name: 'delivery',
  columns: [
    { name: 'place', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    { name: 'id', type: 'text', isUnique: true },
    { name: 'source', type: 'text' },
    { name: 'message_id', type: 'text', isNullable: true },
    { name: 'payload', type: 'text' },
    { name: 'size', type: 'integer' },
    { name: 'circumstances', type: 'text' },
    { name: 'target', type: 'text', isNullable: true },
    { name: 'redelivery_of', type: 'text', isNullable: true },
    { name: 'accepted_at', type: 'bigint' },
    { name: 'status', type: 'text' },
    { name: 'attempts', type: 'integer' },
    { name: 'due_at', type: 'bigint', isNullable: true },
    { name: 'executions', type: 'text' },
    { name: 'failure', type: 'text', isNullable: true },
    { name: 'settled_at', type: 'bigint', isNullable: true },
  ],
});

const INDICES = [
  // Nulls are all different, here and on PostgreSQL.
  new TableIndex({ name: 'index_delivery_message', columnNames: ['source', 'message_id'], isUnique: true }),
  new TableIndex({ name: 'index_delivery_source', columnNames: ['source', 'place'] }),
  new TableIndex({ name: 'index_delivery_due', columnNames: ['due_at', 'place'], where: 'due_at IS NOT NULL' }),
  new TableIndex({ name: 'index_delivery_settled', columnNames: ['settled_at'], where: 'settled_at IS NOT NULL' }),
];

/** Webhooks that others call, and what came in. */
export class Inbox1700000000007 implements MigrationInterface {
  readonly name = 'Inbox1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(WEBHOOK);
    await runner.createTable(DELIVERY);
    for (const index of INDICES) await runner.createIndex('delivery', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('delivery');
    await runner.dropTable('inbound_webhook');
  }
}
