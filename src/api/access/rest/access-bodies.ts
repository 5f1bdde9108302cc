import { ArrayMinSize } from 'class-validator';
import { PERMISSIONS } from '../../../access/index.js';
import type { Permission } from '../../../access/ports/index.js';
import { Choices, OneOf, Strict, Text, Texts, Whole } from '../../rest/dto/fields.js';
import { PageQueryDto } from '../../rest/dto/queries.js';

/** Seconds of ten years. */
const LONGEST_LIFE = 315_360_000;

/** What a key is to be. */
@Strict()
export class NewKeyDto {
  @Text(64, { required: true, description: 'What it is for.' })
  name!: string;

  @Text(255, { description: 'Whose it is.' })
  owner?: string;

  @Choices(PERMISSIONS, {
    required: true,
    description: '`run` and `write` hold `read`; `admin` holds all.',
  })
  permissions!: Permission[];

  @Texts(1000, 255, { description: 'Names of the workflows that it is limited to; all when absent.' })
  @ArrayMinSize(1, { message: 'a list of names, or absent' })
  workflows?: string[];

  @Whole(1, LONGEST_LIFE, { description: 'Seconds after which it ends; never when absent.' })
  expires_in?: number;
}

export class AuditQueryDto extends PageQueryDto {
  @Text(255, { description: '`key:<id>`, `configured:<name>`, `token:<subject>`, `anonymous`, `unknown`.' })
  actor?: string;

  @OneOf(['done', 'refused'])
  outcome?: 'done' | 'refused';

  @Text(64, { description: 'At or after: ISO 8601, or epoch ms.' })
  from?: string;

  @Text(64, { description: 'At or before: ISO 8601, or epoch ms.' })
  to?: string;
}
