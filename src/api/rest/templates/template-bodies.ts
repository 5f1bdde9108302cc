import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { ArrayMaxSize, IsOptional, IsString } from 'class-validator';
import { AnObject, Flag, FromText, Id, OneOf, Strict, Text } from '../dto/fields.js';
import { PageQueryDto } from '../dto/queries.js';

const MOST_TAGS = 20;

/** A query field that may stand several times, or once with commas. */
const Words = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ required: false, type: [String], description }),
    Expose(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
    IsOptional(),
    ArrayMaxSize(MOST_TAGS, { message: `at most ${MOST_TAGS} texts` }),
    IsString({ each: true, message: 'a list of texts' }),
  );

export class TemplateQueryDto extends PageQueryDto {
  @Text(255, { description: 'Part of the name or description.' })
  q?: string;

  @Words('All of these; may be repeated.')
  tags?: string[];

  @Id({ description: 'Templates of this category.' })
  category_id?: string;

  @Text(255, { description: 'Templates of the category with this name.' })
  category?: string;

  @Flag()
  @FromText()
  is_public?: boolean;

  @Text(64, { description: 'Those that come with this plugin; `harmonia` are the built-in ones.' })
  source?: string;

  @OneOf(['name', 'created_at', 'updated_at', 'usage_count'])
  sort_by?: 'name' | 'created_at' | 'updated_at' | 'usage_count';
}

export class DryRunQueryDto {
  @Flag({ description: 'true: answer what would be made, and make nothing.' })
  @FromText()
  dry_run?: boolean;
}

/** A workflow of a template. */
@Strict()
export class InstantiateDto {
  @Id({ description: 'Need not be here; must be the one of the path when it is.' })
  template_id?: string;

  @AnObject({ also: ['parameters', 'values'], description: 'Values by parameter; a secret may be {credential: name}.' })
  parameter_values?: Record<string, unknown>;

  @Text(255, { description: 'Of the workflow; a number is added when the name is taken.' })
  name?: string;

  @Text(10_000)
  description?: string;

  @AnObject({ description: 'Kept with the workflow.' })
  metadata?: Record<string, unknown>;

  @Text(128, {
    also: ['template_version', 'templateVersion'],
    description: 'Of the template; the current one when absent.',
  })
  version?: string;

  @Flag({ description: 'true: answer what would be made, and make nothing.' })
  dry_run?: boolean;
}

@Strict()
export class RollbackDto {
  @Text(128, { required: true, also: ['to'], description: 'A version of the template.' })
  version!: string;

  @Text(10_000, { description: 'Kept in the history.' })
  reason?: string;
}

@Strict()
export class CategoryDto {
  @Text(255, { required: true })
  name!: string;

  @Text(10_000)
  description?: string;

  @Id({ description: 'The category that this one lies below.' })
  parent_id?: string;
}

@Strict()
export class CategoryChangeDto {
  @Text(255)
  name?: string;

  @Text(10_000)
  description?: string;

  @Id({ description: 'The category that this one lies below; null: none.' })
  parent_id?: string | null;
}
