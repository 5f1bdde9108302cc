import {
  CREDENTIAL_FIELDS,
  LONGEST_DESCRIPTION,
  LONGEST_SECRET,
  MOST_CUSTOM_FIELDS,
} from '../../../credential/index.js';
import { SHORTEST_SECRET } from '../../../kernel/index.js';
import { CREDENTIAL_TYPES, type CredentialType } from '../../../plugin/contract/index.js';

const SECRET = { type: 'string', minLength: SHORTEST_SECRET, maxLength: LONGEST_SECRET };

const ownFields = (type: CredentialType): Record<string, object> => {
  const rules = Object.entries(CREDENTIAL_FIELDS[type]);
  if (type !== 'custom')
    return Object.fromEntries(rules.map(([name, { isSecret }]) => [name, isSecret ? SECRET : { type: 'string' }]));
  return {
    fields: { type: 'object', additionalProperties: SECRET, minProperties: 1, maxProperties: MOST_CUSTOM_FIELDS },
  };
};

const bodyOf = (type: CredentialType): object => {
  const optional = Object.entries(CREDENTIAL_FIELDS[type]).flatMap(([name, rule]) => (rule.optional ? [name] : []));
  const fields = ownFields(type);
  return {
    type: 'object',
    additionalProperties: false,
    required: ['type', ...Object.keys(fields).filter((name) => !optional.includes(name))],
    properties: {
      type: { type: 'string', enum: [type] },
      description: { type: 'string', maxLength: LONGEST_DESCRIPTION },
      ...fields,
    },
  };
};

/** What `readCredential` reads, for the contract. */
export const CREDENTIAL_BODY = { oneOf: CREDENTIAL_TYPES.map(bodyOf) };
