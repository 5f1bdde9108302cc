import { ApiProperty } from '@nestjs/swagger';
import { CREDENTIAL_TYPES } from '../../../plugin/contract/index.js';

const time = { type: String, format: 'date-time' } as const;
const Given = (options: object): PropertyDecorator => ApiProperty(options);

/** A credential, without what is secret. */
export class CredentialItem {
  @Given({ type: String }) name!: string;
  @Given({ enum: CREDENTIAL_TYPES }) type!: string;
  @Given({ type: String, nullable: true }) description!: string | null;
  @Given({ type: Boolean, description: 'It belongs to a feature of Harmonia.' }) managed!: boolean;
  @Given({ type: Boolean, description: 'false: there is no key for it, or it was damaged.' }) usable!: boolean;
  @Given({ type: String, nullable: true, description: 'Why it is not usable.' }) problem!: string | null;
  @Given({
    type: 'object',
    additionalProperties: true,
    description: 'basic: username. api_key: header, query. custom: fields, the names of its fields.',
  })
  public_fields!: object;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

export class RotationAnswer {
  @Given({ type: 'integer', description: 'Credentials that are encrypted with the newest key now.' }) rotated!: number;
  @Given({ type: [String], description: 'Names of those that no key opens; they stay as they are.' })
  unreadable!: string[];
}
