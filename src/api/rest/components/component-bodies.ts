import { Flag, FromText } from '../dto/fields.js';
import { PageQueryDto } from '../dto/queries.js';

export class ComponentQueryDto extends PageQueryDto {
  @Flag({ description: 'true: not names alone, but where each comes from and how it fares.' })
  @FromText()
  details?: boolean;
}

const text = { type: 'string' };
const flag = { type: 'boolean' };
const name = { ...text, pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,63}$' };
const actionName = { ...text, pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,127}$' };
const description = { ...text, maxLength: 4000 };
const anyObject = { type: 'object', additionalProperties: true };

const PARAMETER = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...text, maxLength: 128 },
    type: { enum: ['string', 'number', 'integer', 'boolean', 'object', 'array', 'any'] },
    required: { ...flag, description: 'Default: false; of a path: true.' },
    description,
    in: {
      enum: ['path', 'query', 'header', 'body'],
      description: 'Default: path, if it is there, else query of GET and DELETE, body of others.',
    },
  },
};

const ACTION = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'path'],
  properties: {
    name: actionName,
    description,
    path: { ...text, description: 'Below base_url, with {places} for parameters.' },
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], description: 'Default: POST.' },
    parameters: { type: 'array', maxItems: 100, items: PARAMETER },
    result_path: { ...text, description: '$.items[0].name or /items/0/name. Default: the whole answer.' },
    timeout: { type: 'number', description: 'Seconds. Default: as long as the task may take; 30 over the API.' },
  },
};

const AUTHENTICATION = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  description: 'By the name of a credential, or with the secret, which is kept encrypted and never answered.',
  properties: {
    type: { enum: ['none', 'basic', 'bearer', 'api_key', 'hmac'] },
    credential: { ...text, description: 'Name of a credential.' },
    username: text,
    ...{ password: text, token: text, key: text, api_key: text, secret: text },
    header: {
      ...text,
      description: 'api_key: where the key goes. Default: X-API-Key. hmac: the signature; x-signature.',
    },
    query: { ...text, description: 'api_key: where the key goes instead.' },
    scheme: {
      enum: ['github', 'slack', 'stripe'],
      description: 'hmac: of signatures that many know, or the fields below.',
    },
    algorithm: { enum: ['sha256', 'sha512', 'sha1'], description: 'hmac. Default: sha256.' },
    encoding: { enum: ['hex', 'base64'], description: 'hmac. Default: hex.' },
    prefix: { ...text, description: 'hmac: stands before the signature.' },
    timestamp_header: { ...text, description: 'hmac: where the time of the request goes, in seconds.' },
    signed: { ...text, description: 'hmac. Default: {timestamp}.{body}, {body} without a timestamp_header.' },
  },
};

/** For the contract; the feature checks it itself, since one field decides about others. */
export const COMPONENT_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'base_url', 'actions'],
  properties: {
    name,
    description,
    base_url: { ...text, format: 'uri' },
    actions: { type: 'array', minItems: 1, maxItems: 200, items: ACTION },
    authentication: AUTHENTICATION,
    replace: { ...flag, description: 'It takes the place of a component that Harmonia knows already.' },
  },
};

export const TEST_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    path: { ...text, description: 'A GET below base_url. Default: /health.' },
    action: { ...text, description: 'An action instead of a path.' },
    params: anyObject,
  },
};

export const PARAMS_BODY = { ...anyObject, description: 'The params, bare.' };

export const MAPPING_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['task_type', 'component'],
  properties: { task_type: { ...text, maxLength: 255 }, component: name, previous_component: text },
};

export const ASSIGNMENT_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['task_id', 'component'],
  properties: {
    task_id: { ...text, maxLength: 255 },
    component: name,
    assignment_time: { anyOf: [{ ...text, format: 'date-time' }, { type: 'number' }] },
  },
};

export const NOTED_ACTION_BODY = {
  type: 'object',
  additionalProperties: false,
  required: ['component', 'action'],
  properties: { component: name, action: actionName, description, parameters: anyObject, metadata: anyObject },
};
