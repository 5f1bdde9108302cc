import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const time = { type: String, format: 'date-time' } as const;
const orNull = { nullable: true } as const;

/** Something that the service uses, as it was last seen. */
export class DependencyAnswer {
  @Given({ type: String }) name!: string;
  @Given({ enum: ['healthy', 'degraded', 'unhealthy', 'unknown'] }) status!: string;
  @Given({ type: String, ...orNull }) message!: string | null;
  @Given({ type: String, ...orNull }) endpoint!: string | null;
  @Given({ ...time, ...orNull }) last_check!: string | null;
}

/** Under every name that readers of the platform look for. */
export class HealthAnswer {
  @Given({ enum: ['healthy', 'degraded'] }) status!: string;
  @Given({ type: String }) component!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: 'integer' }) port!: number;
  @Given({ type: Boolean, description: 'At Hermes.' }) registered!: boolean;
  @Given({ type: Boolean, description: 'The same.' }) registeredWithHermes!: boolean;
  @Given({ type: Boolean, description: 'The same.' }) registered_with_hermes!: boolean;
  @Given({ type: String }) message!: string;
  @Given(time) timestamp!: string;
  @Given({ type: Number, description: 'Seconds.' }) uptime!: number;
  @Given({ type: [DependencyAnswer] }) dependencies!: DependencyAnswer[];
  @Given(anyObject) metrics!: object;
  @Given(anyObject) details!: object;
}

export class ReadyAnswer {
  @Given({ type: Boolean }) ready!: boolean;
  @Given({ type: String }) component!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: Number, description: 'Seconds.' }) initialization_time!: number;
  @Given({ type: Number, description: 'The same.' }) initializationTime!: number;
  @Given(time) timestamp!: string;
  @Given({ type: Number, description: 'Seconds.' }) uptime!: number;
  @Given(anyObject) checks!: object;
}

class HealthWords {
  @Given({ enum: ['healthy', 'degraded'] }) api!: string;
  @Given({ ...anyObject, description: 'By name the status.' }) dependencies!: object;
}

export class StatusAnswer {
  @Given({ type: String }) component!: string;
  @Given({ enum: ['not_initialized', 'running', 'stopping', 'stopped'] }) status!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: 'integer' }) port!: number;
  @Given({ type: Boolean }) registered!: boolean;
  @Given({ type: Number, description: 'Seconds.' }) uptime!: number;
  @Given({ type: 'integer' }) active_executions!: number;
  @Given({ type: 'integer' }) running_tasks!: number;
  @Given({ type: String }) storage!: string;
  @Given({ type: [String] }) capabilities!: string[];
  @Given({ type: HealthWords }) health!: HealthWords;
  @Given({ type: [String] }) components!: string[];
}

/** As other components of the platform answer, and in `data` as the rest of this API. */
export class PlainStatusAnswer extends StatusAnswer {
  @Given({ type: Boolean }) success!: boolean;
  @Given({ type: String }) message!: string;
  @Given({ type: StatusAnswer }) data!: StatusAnswer;
}

export class DiscoveryAnswer {
  @Given({ type: String }) component!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: String }) description!: string;
  @Given({ type: 'array', items: { type: 'object', additionalProperties: true } }) endpoints!: object[];
  @Given({ type: [String] }) capabilities!: string[];
  @Given({ ...anyObject, description: 'By name the address.' }) dependencies!: object;
  @Given(anyObject) metadata!: object;
}

export class IndexAnswer {
  @Given({ type: String }) name!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: String }) description!: string;
  @Given({ type: String }) status!: string;
  @Given({ type: String }) docs!: string;
  @Given({ type: [String] }) endpoints!: string[];
  @Given({ type: String }) message!: string;
}

export class ShutdownAnswer {
  @Given({ enum: ['accepted'] }) status!: string;
  @Given({ type: String }) message!: string;
  @Given(time) timestamp!: string;
}

export class ShutdownStatusAnswer {
  @Given({ type: Boolean }) shutdown_supported!: boolean;
  @Given({ type: String }) component!: string;
  @Given({ type: [String] }) endpoints!: string[];
  @Given({ enum: ['POST'] }) method!: string;
  @Given({ type: 'integer', description: 'Attempts that run, which get some time to end.' }) cleanup_tasks!: number;
  @Given({ type: Boolean, description: 'Whether it stops already.' }) requested!: boolean;
}
