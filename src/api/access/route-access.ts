import type { Permission } from '../../access/ports/index.js';

/** What belongs to one workflow, and so is hidden from callers that are limited to others. */
export type Owned = 'workflow' | 'execution' | 'checkpoint' | 'suggestion' | 'schedule' | 'webhook' | 'trigger';

/** What a route is about, for callers that are limited to some workflows. */
export type About =
  /** No workflow at all. */
  | { readonly is: 'nothing' }
  /** All of the service: it is not for them. */
  | { readonly is: 'everything' }
  /** The handler tells only what the caller may see (`@SeenBy`). */
  | { readonly is: 'filtered' }
  /** One thing, named by a parameter of the path. Of others they are told what they are told of what there is not. */
  | { readonly is: 'path'; readonly owned: Owned; readonly parameter: string }
  /** Things that the body names under one of these. `mayBeNone`: it need not name any. */
  | { readonly is: 'body'; readonly names: Readonly<Record<string, Owned>>; readonly mayBeNone?: boolean }
  /** The body is a workflow, which must have one of their names. */
  | { readonly is: 'document' };

/** What a route asks of its callers. */
export type RouteAccess =
  /** Nothing: it tells no secret, or has an authentication of its own. `isAudited`: what it did is recorded. */
  | { readonly is: 'open'; readonly isAudited: boolean }
  | {
      readonly is: 'guarded';
      readonly permission: Permission;
      readonly about: readonly About[];
      /** A stream that a browser opens, which can send no header: `?api_key=` counts. */
      readonly isStream: boolean;
      /** Asks nobody unless the operator wants it (`HARMONIA_METRICS_AUTH`). */
      readonly mayBeOpen: boolean;
      /** What it did is recorded by itself, where that can not be told from the route. */
      readonly recordsItself: boolean;
    };

/** By `METHOD /path`; `ANY` is every method. Paths are without `/api` and `/api/v1`, which are names for the same. */
export type RouteTable = Readonly<Record<string, RouteAccess>>;

export const open: RouteAccess = { is: 'open', isAudited: false };
export const openAndAudited: RouteAccess = { is: 'open', isAudited: true };

export const needs = (permission: Permission, ...about: readonly About[]): RouteAccess => ({
  ...{ is: 'guarded', permission, about },
  ...{ isStream: false, mayBeOpen: false, recordsItself: false },
});
/** Of those who look at a service from outside; such a collector often has no key. */
export const measures = (): RouteAccess => ({
  ...{ is: 'guarded', permission: 'read', about: [everything] },
  ...{ isStream: false, mayBeOpen: true, recordsItself: false },
});
export const streams = (...about: readonly About[]): RouteAccess => ({
  ...{ is: 'guarded', permission: 'read', about },
  ...{ isStream: true, mayBeOpen: false, recordsItself: false },
});

export const recordingItself = (access: RouteAccess): RouteAccess =>
  access.is === 'open' ? access : { ...access, recordsItself: true };

export const nothing: About = { is: 'nothing' };
export const everything: About = { is: 'everything' };
export const filtered: About = { is: 'filtered' };
export const document: About = { is: 'document' };
export const the = (owned: Owned, parameter = 'id'): About => ({ is: 'path', owned, parameter });

const WORKFLOW = ['workflow_id', 'workflowId', 'workflow_definition_id', 'workflowDefinitionId', 'workflow'];
const EXECUTION = ['execution_id', 'executionId', 'instance_id', 'instanceId'];
const CHECKPOINT = ['checkpoint_id', 'checkpointId'];

const under = (owned: Owned, names: readonly string[]): Readonly<Record<string, Owned>> =>
  Object.fromEntries(names.map((name) => [name, owned]));

type InBody = Extract<About, { readonly is: 'body' }>;

export const workflowInBody: InBody = { is: 'body', names: under('workflow', WORKFLOW) };
export const executionInBody: InBody = { is: 'body', names: under('execution', EXECUTION) };
export const checkpointInBody: InBody = { is: 'body', names: under('checkpoint', CHECKPOINT) };
export const suggestionInBody: About = { is: 'body', names: under('suggestion', ['suggestion_id', 'suggestionId']) };
export const eitherInBody: About = {
  is: 'body',
  names: { ...workflowInBody.names, ...executionInBody.names },
};
/** What need not name any. */
export const maybe = (named: InBody): About => ({ ...named, mayBeNone: true });
