import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

type Body = Readonly<Record<string, unknown>>;

/** Takes the value from any of the names that callers use for it. */
const either =
  (...names: string[]) =>
  ({ obj, value }: { obj: unknown; value: unknown }): unknown =>
    value ?? names.map((name) => (obj as Body)[name]).find((found) => found !== undefined);

export class RetryOptionsDto {
  @ApiProperty({ required: false, type: 'integer', minimum: 0 })
  @IsOptional()
  @IsInt({ message: 'a whole number' })
  @Min(0, { message: 'at least 0' })
  @Max(1000, { message: 'at most 1000' })
  max_retries?: number;

  @ApiProperty({ required: false, description: 'Seconds before the first retry.' })
  @IsOptional()
  @Transform(either('retry_interval', 'initialDelay'))
  @IsNumber({}, { message: 'a number' })
  @Min(0, { message: 'at least 0' })
  @Max(86_400, { message: 'at most 86400' })
  initial_delay?: number;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsNumber({}, { message: 'a number' })
  @Min(0, { message: 'at least 0' })
  @Max(604_800, { message: 'at most 604800' })
  max_delay?: number;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsNumber({}, { message: 'a number' })
  @Min(1, { message: 'at least 1' })
  @Max(100, { message: 'at most 100' })
  backoff_multiplier?: number;
}

export class ExecutionOptionsDto {
  @ApiProperty({ required: false, description: 'false: the answer waits for the end of the execution.' })
  @IsOptional()
  @IsBoolean({ message: 'true or false' })
  async?: boolean;

  @ApiProperty({ required: false, description: 'Seconds that the execution may take.' })
  @IsOptional()
  @IsNumber({}, { message: 'a number' })
  @Min(0.001, { message: 'more than 0' })
  @Max(31_536_000, { message: 'at most 31536000' })
  timeout?: number;

  @ApiProperty({ required: false, description: 'For tasks that state no policy of their own.' })
  @IsOptional()
  @IsObject({ message: 'an object' })
  @ValidateNested()
  @Type(() => RetryOptionsDto)
  retry_policy?: RetryOptionsDto;
}

/** What an execution starts with. */
export class ExecuteDto {
  @ApiProperty({ required: false, type: Object })
  @IsOptional()
  @IsObject({ message: 'an object' })
  input?: Record<string, unknown>;

  @ApiProperty({ required: false, type: Object })
  @IsOptional()
  @IsObject({ message: 'an object' })
  metadata?: Record<string, unknown>;

  @ApiProperty({ required: false, description: 'Version of the workflow; the latest when absent.' })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(128, { message: 'at most 128 characters' })
  version?: string;

  @ApiProperty({ required: false, type: ExecutionOptionsDto })
  @IsOptional()
  @Transform(either('executionOptions'))
  @IsObject({ message: 'an object' })
  @ValidateNested()
  @Type(() => ExecutionOptionsDto)
  execution_options?: ExecutionOptionsDto;
}

export class StartDto extends ExecuteDto {
  @ApiProperty({ description: 'The workflow to run.' })
  @Transform(either('workflowId', 'workflow_definition_id'))
  @IsString({ message: 'a UUID' })
  workflow_id!: string;
}

export class ReasonDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(1000, { message: 'at most 1000 characters' })
  reason?: string;
}

export class CheckpointDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(255, { message: 'at most 255 characters' })
  name?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'a text' })
  @MaxLength(4000, { message: 'at most 4000 characters' })
  description?: string;
}

export class CheckpointOfDto extends CheckpointDto {
  @ApiProperty()
  @Transform(either('executionId'))
  @IsString({ message: 'a UUID' })
  execution_id!: string;
}

export class RestoreDto {
  @ApiProperty()
  @Transform(either('checkpointId'))
  @IsString({ message: 'a UUID' })
  checkpoint_id!: string;
}
