import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const text = { type: String } as const;
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time', nullable: true } as const;

class HermesPeerWords {
  @Given(text) name!: string;
  @Given(text) endpoint!: string;
  @Given({
    enum: ['used', 'configured', 'not_trusted'],
    description: 'configured: calls go where the configuration says; not_trusted: nobody has named its host.',
  })
  use!: string;
}

/** How it stands with Hermes, as last seen. */
export class HermesAnswer {
  @Given({ type: Boolean, description: 'Whether there is a Hermes. Without one the rest is null or empty.' })
  configured!: boolean;

  @Given({ type: Boolean }) registered!: boolean;

  @Given({
    enum: ['off', 'asleep', 'unregistered', 'registered', 'leaving', 'gone'],
    description: 'asleep: not ready to be found yet; off: there is no Hermes.',
  })
  state!: string;

  @Given({ ...text, ...orNull }) url!: string | null;
  @Given({ ...text, ...orNull }) component_id!: string | null;
  @Given({ ...text, ...orNull, description: 'The address that is announced.' }) endpoint!: string | null;
  @Given({ ...time, description: 'Since when it is registered.' }) registered_at!: string | null;
  @Given({ ...time, description: 'When Hermes last took a heartbeat.' }) last_heartbeat!: string | null;
  @Given({ ...time, description: 'When the next thing is due.' }) next!: string | null;
  @Given({ ...text, ...orNull, description: 'What failed last; null: the last call went well.' }) trouble!:
    string | null;
  @Given({ type: [String], description: 'Ids of our tools that Hermes has.' }) tools!: string[];
  @Given({ type: [HermesPeerWords], description: 'Other components that Hermes lists.' }) peers!: HermesPeerWords[];
}
