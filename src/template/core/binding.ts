import {
  fault,
  isJsonObject,
  jsonDepth,
  pointer,
  SHORTEST_SECRET,
  type Fault,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import { LIMITS } from './limits.js';
import type { Parameter, Parameters } from './parameter.js';

/** What a parameter stands for in one instantiation. */
export type Bound =
  | { readonly is: 'value'; readonly value: Json }
  /** The name of a credential. */
  | { readonly is: 'secret'; readonly credential: string }
  /** Nobody has said: the workflow asks for it as an input of that name. */
  | { readonly is: 'input'; readonly name: string };

export type Binding = ReadonlyMap<string, Bound>;

/** A secret that was given in clear: to be kept as a credential of that name before anything refers to it. */
export interface SecretToKeep {
  readonly parameter: string;
  readonly credential: string;
  readonly value: string;
}

export interface BoundParameters {
  readonly binding: Binding;
  readonly secrets: readonly SecretToKeep[];
}

/** What stands in the place of a secret wherever it would be shown. */
export const MASK = '***';

export interface BindingRequest {
  readonly parameters: Parameters;
  readonly values: JsonObject;
  /** Where the values stand in the request. */
  readonly where: string;
  readonly schemas: SchemaChecker;
  /** The name of the credential that keeps a secret. */
  readonly credentialFor: (parameter: string) => string;
  /** Secrets that come from a template around, by parameter: already kept. */
  readonly given?: ReadonlyMap<string, string>;
  /** Required values that are missing become inputs of the workflow. Secrets never do. Default: they are faults. */
  readonly asInputs?: true;
}

/** A half of a surrogate pair is no character: it would be another one once it is written and read. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const isWhole = (value: Json): boolean => {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, entry]) => !LONE_SURROGATE.test(key) && isWhole(entry));
};

/** As people name theirs: without a colon, which those have that belong to a feature; and no quote ends the expression. */
const CREDENTIAL = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

class Binder {
  readonly binding = new Map<string, Bound>();
  readonly secrets: SecretToKeep[] = [];

  constructor(
    private readonly request: BindingRequest,
    private readonly faults: Fault[],
  ) {}

  bind(name: string, parameter: Parameter): void {
    const { values, where, given } = this.request;
    const at = pointer(where, name);
    const credential = given?.get(name);
    const said = Object.hasOwn(values, name) ? values[name] : undefined;
    if (credential !== undefined) this.bindGiven(name, parameter, credential);
    else if (said !== undefined && said !== null) {
      if (parameter.secret) this.bindSecret(name, said, parameter);
      else if (this.fits(parameter, said, at)) this.binding.set(name, { is: 'value', value: said });
    } else if (parameter.required && parameter.default === undefined) {
      if (this.request.asInputs && !parameter.secret) {
        this.binding.set(name, { is: 'input', name });
        return;
      }
      this.faults.push(fault('missing_parameter', at, { name }));
    } else this.binding.set(name, { is: 'value', value: parameter.default ?? null });
  }

  private bindGiven(name: string, { secret }: Parameter, credential: string): void {
    if (secret) this.binding.set(name, { is: 'secret', credential });
    else {
      const reason = `"${name}" is not secret, so it takes no secret`;
      this.faults.push(fault('placeholder_not_here', pointer(this.request.where, name), { reason }));
    }
  }

  /** A text is the secret; `{credential: name}` names one that is kept already. */
  private bindSecret(name: string, said: Json, parameter: Parameter): void {
    const at = pointer(this.request.where, name);
    if (isJsonObject(said) && typeof said.credential === 'string' && Object.keys(said).length === 1) {
      this.nameCredential(name, said.credential, at);
      return;
    }
    if (typeof said !== 'string') {
      const expected = 'a text, or {credential: name} of one that is kept';
      this.faults.push(fault('wrong_type', at, { expected }));
      return;
    }
    // What does not fit is said without the value.
    const compiled = this.request.schemas.compile(parameter.schema);
    if (said.length < SHORTEST_SECRET) {
      const reason = `the secret "${name}" has less than ${SHORTEST_SECRET} characters, and could not be masked`;
      this.faults.push(fault('schema_mismatch', at, { reason }));
      return;
    }
    if (said.length > LIMITS.value || (compiled.ok && compiled.value.check(said).length > 0)) {
      this.faults.push(fault('schema_mismatch', at, { reason: `the secret "${name}" does not fit its schema` }));
      return;
    }
    const credential = this.request.credentialFor(name);
    this.secrets.push({ parameter: name, credential, value: said });
    this.binding.set(name, { is: 'secret', credential });
  }

  private nameCredential(name: string, credential: string, at: string): void {
    if (CREDENTIAL.test(credential)) this.binding.set(name, { is: 'secret', credential });
    else this.faults.push(fault('wrong_type', pointer(at, 'credential'), { expected: 'the name of a credential' }));
  }

  private fits(parameter: Parameter, value: Json, at: string): boolean {
    const before = this.faults.length;
    if (jsonDepth(value, LIMITS.nesting + 1) > LIMITS.nesting)
      this.faults.push(fault('nesting_too_deep', at, { limit: LIMITS.nesting }));
    else if (JSON.stringify(value).length > LIMITS.value)
      this.faults.push(fault('template_too_large', at, { what: 'characters in one value', limit: LIMITS.value }));
    else if (!isWhole(value))
      this.faults.push(fault('wrong_type', at, { expected: 'of whole characters and numbers' }));
    else {
      const compiled = this.request.schemas.compile(parameter.schema);
      const problems = compiled.ok ? compiled.value.check(value) : [compiled.error];
      for (const { pointer: inside, reason } of problems)
        this.faults.push(fault('schema_mismatch', at + inside, { reason }));
    }
    return this.faults.length === before;
  }
}

/** Checks all values at once: what is missing, what is unknown, what does not fit, each with its pointer. */
export const bindParameters = (request: BindingRequest, faults: Fault[]): BoundParameters => {
  const { parameters, values, where, given } = request;
  const binder = new Binder(request, faults);
  for (const name of new Set([...Object.keys(values), ...(given?.keys() ?? [])])) {
    if (parameters.has(name)) continue;
    const known = [...parameters.keys()].slice(0, 50).join(', ') || 'none';
    faults.push(fault('unknown_parameter', pointer(where, name), { name, known }));
  }
  for (const [name, parameter] of parameters) binder.bind(name, parameter);
  return binder;
};

/** The values as they may be kept and shown. */
export const shownValues = (binding: Binding): JsonObject =>
  Object.fromEntries(
    [...binding].flatMap(([name, bound]) =>
      bound.is === 'input' ? [] : [[name, bound.is === 'value' ? bound.value : MASK]],
    ),
  );
