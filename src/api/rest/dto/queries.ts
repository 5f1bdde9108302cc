import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** A query value as a number; anything else stays what it is, so that the check names it. */
const toNumber = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

const optionalInteger = { required: false, type: 'integer' } as const;

/** Both styles of paging: `limit`/`offset`, and `page`/`limit`. */
export class PageQueryDto {
  @ApiProperty({ ...optionalInteger, minimum: 1, maximum: 1000 })
  @IsOptional()
  @Transform(toNumber)
  @IsInt({ message: 'a whole number' })
  @Min(1, { message: 'at least 1' })
  @Max(1000, { message: 'at most 1000' })
  limit?: number;

  @ApiProperty({ ...optionalInteger, minimum: 0 })
  @IsOptional()
  @Transform(toNumber)
  @IsInt({ message: 'a whole number' })
  @Min(0, { message: 'at least 0' })
  @Max(1_000_000_000, { message: 'at most 1000000000' })
  offset?: number;

  @ApiProperty({ ...optionalInteger, minimum: 1 })
  @IsOptional()
  @Transform(toNumber)
  @IsInt({ message: 'a whole number' })
  @Min(1, { message: 'at least 1' })
  @Max(1_000_000, { message: 'at most 1000000' })
  page?: number;

  @ApiProperty({ required: false, enum: ['asc', 'desc'] })
  @IsOptional()
  @IsIn(['asc', 'desc'], { message: '"asc" or "desc"' })
  sort_order?: 'asc' | 'desc';
}

export class WorkflowQueryDto extends PageQueryDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(255, { message: 'at most 255 characters' })
  name?: string;

  @ApiProperty({ required: false, description: 'Part of the name or description.' })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(255, { message: 'at most 255 characters' })
  q?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(255, { message: 'at most 255 characters' })
  tag?: string;

  @ApiProperty({ required: false, enum: ['name', 'created_at', 'updated_at'] })
  @IsOptional()
  @IsIn(['name', 'created_at', 'updated_at'], { message: 'one of name, created_at, updated_at' })
  sort_by?: 'name' | 'created_at' | 'updated_at';
}

export class ExecutionQueryDto extends PageQueryDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a UUID' })
  workflow_id?: string;

  @ApiProperty({ required: false, description: 'One status, or several with commas.' })
  @IsOptional()
  @IsString({ message: 'a status' })
  status?: string;

  @ApiProperty({ required: false, description: 'Created at or after: ISO 8601, or epoch ms.' })
  @IsOptional()
  @IsString({ message: 'a time' })
  from?: string;

  @ApiProperty({ required: false, description: 'Created at or before: ISO 8601, or epoch ms.' })
  @IsOptional()
  @IsString({ message: 'a time' })
  to?: string;

  @ApiProperty({ required: false, enum: ['created_at', 'updated_at', 'ended_at'] })
  @IsOptional()
  @IsIn(['created_at', 'updated_at', 'ended_at'], { message: 'one of created_at, updated_at, ended_at' })
  sort_by?: 'created_at' | 'updated_at' | 'ended_at';
}

export class EventQueryDto {
  @ApiProperty({
    required: false,
    description: 'After which event to begin: its sequence, or the next_since of a page.',
  })
  @IsOptional()
  @IsString({ message: 'the sequence of an event' })
  since?: string;

  @ApiProperty({ ...optionalInteger, minimum: 1, maximum: 10_000 })
  @IsOptional()
  @Transform(toNumber)
  @IsInt({ message: 'a whole number' })
  @Min(1, { message: 'at least 1' })
  @Max(10_000, { message: 'at most 10000' })
  limit?: number;
}
