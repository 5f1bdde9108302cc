import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const SUBSCRIPTION = new Table({
  name: 'subscription',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'document', type: 'text' },
    { name: 'cursor', type: 'bigint' },
    { name: 'gap', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

const DISPATCH = new Table({
  name: 'dispatch',
  columns: [
    { name: 'place', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    { name: 'id', type: 'text', isUnique: true },
    { name: 'subscription', type: 'text' },
    { name: 'position', type: 'bigint', isNullable: true },
    { name: 'content', type: 'text' },
    { name: 'size', type: 'integer' },
    { name: 'added_at', type: 'bigint' },
    { name: 'status', type: 'text' },
    { name: 'attempts', type: 'integer' },
    { name: 'due_at', type: 'bigint', isNullable: true },
    { name: 'outcome', type: 'text', isNullable: true },
    { name: 'settled_at', type: 'bigint', isNullable: true },
    { name: 'request_key', type: 'text', isNullable: true },
  ],
});

const INDICES = [
  new TableIndex({ name: 'index_dispatch_subscription', columnNames: ['subscription', 'status', 'place'] }),
  new TableIndex({
    name: 'index_dispatch_due',
    columnNames: ['subscription', 'place', 'due_at'],
    where: 'due_at IS NOT NULL',
  }),
  new TableIndex({ name: 'index_dispatch_settled', columnNames: ['settled_at'], where: 'settled_at IS NOT NULL' }),
];

/** Webhooks that Harmonia sends, and what they send. */
export class Subscriptions1700000000009 implements MigrationInterface {
  readonly name = 'Subscriptions1700000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SUBSCRIPTION);
    await runner.createTable(DISPATCH);
    for (const index of INDICES) await runner.createIndex('dispatch', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('dispatch');
    await runner.dropTable('subscription');
  }
}
