import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Times are epoch milliseconds. Some drivers give a bigint as text. */
const asNumber = {
  from: (value: number | string | null): number | null => (value === null ? null : Number(value)),
  to: (value: number | null): number | null => value,
};
const number_ = { type: 'bigint', transformer: asNumber } as const;
const optional = { nullable: true } as const;

@Entity('execution')
export class ExecutionEntity {
  @PrimaryColumn(number_) ref!: number;
  @Column('text') id!: string;
  @Column('text') workflow_id!: string;
  @Column('text') workflow_name!: string;
  @Column('text') workflow_version!: string;
  @Column('text') definition!: string;
  @Column('text') status!: string;
  @Column(number_) total_tasks!: number;
  @Column('text') metadata!: string;
  @Column('text', optional) error_code!: string | null;
  @Column('text', optional) error_message!: string | null;
  @Column('text', optional) restored_from!: string | null;
  @Column('text') journal!: string;
  @Column(number_) created_at!: number;
  @Column(number_) updated_at!: number;
  @Column({ ...number_, ...optional }) ended_at!: number | null;
}

@Entity('task_run')
export class TaskRunEntity {
  @PrimaryColumn(number_) id!: number;
  @Column(number_) execution!: number;
  @Column('text') step!: string;
  @Column(number_) generation!: number;
  @Column('text') status!: string;
  @Column(number_) attempt!: number;
  @Column(number_) retries!: number;
  @Column({ ...number_, ...optional }) first_started_at!: number | null;
  @Column({ ...number_, ...optional }) started_at!: number | null;
  @Column({ ...number_, ...optional }) ended_at!: number | null;
  @Column({ ...number_, ...optional }) wake_at!: number | null;
  @Column({ ...number_, ...optional }) input_seq!: number | null;
  @Column({ ...number_, ...optional }) end_seq!: number | null;
  @Column('text', optional) cause!: string | null;
  @Column('text', optional) error_code!: string | null;
  @Column('text', optional) error_message!: string | null;
  @Column('text', optional) waits_for!: string | null;
  @Column('text', optional) child!: string | null;
  @Column({ ...number_, ...optional }) superseded!: number | null;
}

@Entity('journal')
export class JournalEntity {
  @PrimaryColumn(number_) position!: number;
  @Column(number_) execution!: number;
  @Column(number_) seq!: number;
  @Column('text') type!: string;
  @Column(number_) at!: number;
  @Column('text') data!: string;
  @Column('text', optional) payload!: string | null;
  @Column('text', optional) link!: string | null;
}

@Entity('payload')
export class PayloadEntity {
  @PrimaryColumn(number_) execution!: number;
  @PrimaryColumn('text') hash!: string;
  @Column('text') data!: string;
}

@Entity('journal_archive')
export class JournalArchiveEntity {
  @PrimaryColumn(number_) execution!: number;
  @Column('blob') events!: Buffer;
}

@Entity('journal_seal')
export class JournalSealEntity {
  @PrimaryColumn(number_) execution!: number;
  @Column('text') head!: string;
  @Column(number_) last_seq!: number;
  @Column({ ...number_, ...optional }) first_position!: number | null;
  @Column({ ...number_, ...optional }) last_position!: number | null;
  @Column('text', optional) digest!: string | null;
}

@Entity('checkpoint')
export class CheckpointEntity {
  @PrimaryColumn('text') id!: string;
  @Column(number_) execution!: number;
  @Column(number_) seq!: number;
  @Column('text', optional) name!: string | null;
  @Column('text', optional) description!: string | null;
  @Column(number_) created_at!: number;
}

@Entity('log_entry')
export class LogEntryEntity {
  @PrimaryColumn(number_) id!: number;
  @Column(number_) execution!: number;
  @Column(number_) at!: number;
  @Column('text') level!: string;
  @Column('text') step!: string;
  @Column(number_) attempt!: number;
  @Column('text') message!: string;
  @Column('text', optional) details!: string | null;
}

export const ENTITIES = [
  ExecutionEntity,
  TaskRunEntity,
  JournalEntity,
  PayloadEntity,
  JournalArchiveEntity,
  JournalSealEntity,
  CheckpointEntity,
  LogEntryEntity,
];
