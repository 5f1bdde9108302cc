import { ApiProperty } from '@nestjs/swagger';
import { PERMISSIONS } from '../../../access/index.js';
import type { AuditProof, Permission, RecordedEntry, ShownKey } from '../../../access/ports/index.js';
import { isoInstant, type Instant } from '../../../kernel/index.js';

const time = { type: String, format: 'date-time' } as const;
const perhaps = { ...time, nullable: true } as const;
const whole = { type: 'integer' } as const;
const text = { type: String, nullable: true } as const;

const timeOf = (at: Instant | undefined): string | null => (at === undefined ? null : isoInstant(at));

/** A key, without anything that it could be guessed from. */
export class ApiKeyAnswer {
  @ApiProperty({ description: 'Public: the second part of the key.' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty(text)
  owner!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...PERMISSIONS] } })
  permissions!: readonly Permission[];

  @ApiProperty({
    ...{ type: 'array', items: { type: 'string' }, nullable: true },
    description: 'Names of the workflows that it is limited to; null: all.',
  })
  workflows!: readonly string[] | null;

  @ApiProperty({ enum: ['active', 'expired', 'revoked'] })
  state!: string;

  @ApiProperty(time)
  created_at!: string;

  @ApiProperty({ description: 'Who made it, in the words of the audit log.' })
  created_by!: string;

  @ApiProperty(perhaps)
  expires_at!: string | null;

  @ApiProperty(perhaps)
  revoked_at!: string | null;

  @ApiProperty({ ...perhaps, description: 'To the minute.' })
  last_used_at!: string | null;
}

export class NewKeyAnswer extends ApiKeyAnswer {
  @ApiProperty({ description: 'What its owner sends. It is told this once, and kept nowhere.' })
  key!: string;
}

export const shownKey = (key: ShownKey): ApiKeyAnswer => ({
  ...{ id: key.id, name: key.name, owner: key.owner ?? null, permissions: key.permissions },
  ...{ workflows: key.workflows ?? null, state: key.state },
  ...{ created_at: isoInstant(key.createdAt), created_by: key.createdBy },
  ...{ expires_at: timeOf(key.expiresAt), revoked_at: timeOf(key.revokedAt), last_used_at: timeOf(key.usedAt) },
});

/** One change, or one that was refused. */
export class AuditEntryAnswer {
  @ApiProperty(whole)
  seq!: number;

  @ApiProperty(time)
  at!: string;

  @ApiProperty({ description: 'Who: `key:<id>`, `configured:<name>`, `token:<subject>`, `anonymous`, `unknown`.' })
  actor!: string;

  @ApiProperty({ description: 'The address that it came from.' })
  peer!: string;

  @ApiProperty({ description: 'Of HTTP; `WS` for what a client of a WebSocket asked for.' })
  method!: string;

  @ApiProperty({ description: 'With parameters by name.' })
  route!: string;

  @ApiProperty({ description: 'The parameters, and the ids of what was made.' })
  target!: string;

  @ApiProperty({ enum: ['done', 'refused'] })
  outcome!: string;

  @ApiProperty(whole)
  status!: number;

  @ApiProperty({ ...text, description: 'Code of the error with which it was refused.' })
  code!: string | null;

  @ApiProperty({ ...text, description: 'X-Request-ID of the request.' })
  request_id!: string | null;

  @ApiProperty({ ...whole, description: 'Refusals in the same words are told together.' })
  times!: number;

  @ApiProperty({ description: 'Chains it to the record before.' })
  link!: string;
}

export const shownEntry = ({ at, refused, requestId, ...entry }: RecordedEntry): AuditEntryAnswer => ({
  ...entry,
  at: isoInstant(at),
  outcome: refused === undefined ? 'done' : 'refused',
  code: refused ?? null,
  request_id: requestId ?? null,
});

/** What came of computing the chain anew. */
export class AuditProofAnswer {
  @ApiProperty()
  verified!: boolean;

  @ApiProperty({ ...whole, description: 'Records that are as they were written, from the first on.' })
  records!: number;

  @ApiProperty({ ...whole, description: 'The first of them; 0: there is none. Earlier ones are kept no longer.' })
  first!: number;

  @ApiProperty({ ...whole, description: 'The last of them; 0: there is none.' })
  last!: number;

  @ApiProperty({ ...text, description: 'The link of the last. Keep it elsewhere: it proves what came before.' })
  head!: string | null;

  @ApiProperty({ ...whole, nullable: true, description: 'The first record that is missing, or not what was written.' })
  broken_at!: number | null;
}

export const shownProof = ({ records, first, last, head, brokenAt }: AuditProof): AuditProofAnswer => ({
  ...{ verified: brokenAt === undefined, records, first, last },
  head: head ?? null,
  broken_at: brokenAt ?? null,
});
