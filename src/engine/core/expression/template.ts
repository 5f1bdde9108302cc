import type { ParseResult } from '@marcbachmann/cel-js';
import {
  deepFreeze,
  err,
  fault,
  isJsonObject,
  messageOf,
  ok,
  ownValue,
  pointer as at,
  type Fault,
  type Json,
  type JsonPointer,
  type Result,
} from '../../../kernel/index.js';
import type { Failure } from '../failure.js';
import type { SecretSlot, SecretText } from '../secret.js';
import { Analyser } from './analyse.js';
import { evaluateToJson, guarded, written, type EvaluationContext } from './cel.js';
import { reasonOf } from './reason.js';
import { guardedSource } from './guard.js';
import type { CompileOptions, Reference, References } from './references.js';
import { scan, translateOptionalChaining, type Piece } from './scan.js';
import type { SyntaxNode } from './syntax.js';

/** Characters of one expression. */
const MAX_SOURCE = 16 * 1024;

/** `value` may be used only when there are no faults. */
export interface Compiled<T> {
  readonly value: T;
  readonly references: References;
  readonly faults: readonly Fault[];
}

export interface Expression {
  readonly run: ParseResult;
  /** The names of an expression that is nothing but `a.b.c`, the common case: read without the evaluator. */
  readonly path: readonly string[] | undefined;
  readonly source: string;
  readonly pointer: JsonPointer;
}

export type TextPart = string | Expression | { readonly $secret: string };

/** A JSON value with expressions in it, ready to be evaluated. */
export type Template =
  | { readonly is: 'constant'; readonly value: Json }
  | { readonly is: 'expression'; readonly expression: Expression }
  | { readonly is: 'secret'; readonly name: string }
  | { readonly is: 'text'; readonly parts: readonly TextPart[]; readonly hasSecret: boolean }
  | { readonly is: 'list'; readonly entries: readonly Template[] }
  | { readonly is: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** An expression that says yes or no. */
export type Condition =
  { readonly is: 'constant'; readonly value: boolean } | { readonly is: 'expression'; readonly expression: Expression };

/** What an evaluation sees. */
export type Scope = EvaluationContext;

export interface Evaluated {
  readonly value: Json;
  readonly secrets: readonly SecretSlot[];
}

const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;
const SECRET = /^\s*secrets(?:\.([A-Za-z_]\w*)|\[\s*"([^"\\]+)"\s*\])\s*$/;

class Compiler {
  readonly tasks: Reference[] = [];
  readonly names = new Set<string>();
  readonly secrets = new Set<string>();
  readonly faults: Fault[] = [];

  constructor(private readonly options: CompileOptions) {}

  finish<T>(value: T): Compiled<T> {
    const { tasks, names, secrets, faults } = this;
    return { value, references: { tasks, names, secrets }, faults };
  }

  template(source: Json, pointer: JsonPointer): Template {
    if (typeof source === 'string') return this.text(source, pointer);
    if (Array.isArray(source)) {
      const entries = (source as Json[]).map((entry, index) => this.template(entry, at(pointer, index)));
      return entries.every(isConstant) ? constant(entries.map(({ value }) => value)) : { is: 'list', entries };
    }
    if (typeof source !== 'object' || source === null) return constant(source);
    const named = Object.entries(source).map(([key, entry]) => [key, this.template(entry, at(pointer, key))] as const);
    const constants = named.flatMap(([key, entry]) => (entry.is === 'constant' ? [[key, entry.value] as const] : []));
    // fromEntries defines own properties, `__proto__` included: it never reaches a prototype.
    return constants.length === named.length
      ? constant(Object.fromEntries(constants))
      : { is: 'object', entries: named };
  }

  private text(source: string, pointer: JsonPointer): Template {
    const pieces = this.pieces(source, pointer);
    const [first] = pieces;
    if (pieces.length === 0) return constant('');
    if (pieces.length === 1 && first?.is === 'text') return constant(first.text);
    const parts = pieces.map((piece) => this.part(piece, pointer)).filter((part) => part !== undefined);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
      return '$secret' in only ? { is: 'secret', name: only.$secret } : { is: 'expression', expression: only };
    }
    return { is: 'text', parts, hasSecret: parts.some((part) => typeof part === 'object' && '$secret' in part) };
  }

  pieces(source: string, pointer: JsonPointer): readonly Piece[] {
    const scanned = scan(source);
    if (scanned.ok) return scanned.value;
    this.faults.push(fault('expression_syntax', pointer, { reason: scanned.error }));
    return [];
  }

  private part(piece: Piece, pointer: JsonPointer): TextPart | undefined {
    if (piece.is === 'text') return piece.text;
    const secret = SECRET.exec(piece.source);
    if (!secret) return this.expression(piece.source, pointer);
    if (!this.options.secrets) {
      this.faults.push(fault('secret_not_allowed', pointer));
      return undefined;
    }
    const name = (secret[1] ?? secret[2]) as string;
    this.secrets.add(name);
    return { $secret: name };
  }

  expression(source: string, pointer: JsonPointer): Expression | undefined {
    if (source.length > MAX_SOURCE) {
      this.faults.push(
        fault('expression_too_complex', pointer, { reason: `it has more than ${MAX_SOURCE} characters` }),
      );
      return undefined;
    }
    let read: ParseResult;
    try {
      read = written.parse(translateOptionalChaining(source));
    } catch (error) {
      this.faults.push(parseFault(error, pointer));
      return undefined;
    }
    const { tasks, names, faults } = new Analyser({ ...this.options, pointer }).analyse(read.ast);
    this.tasks.push(...tasks);
    for (const name of names) this.names.add(name);
    this.faults.push(...faults);
    if (faults.length > 0) return undefined;
    const run = guarded.parse(guardedSource(read.ast));
    const checked = run.check();
    if (!checked.valid) {
      this.faults.push(fault('expression_syntax', pointer, { reason: reasonOf(checked.error) }));
      return undefined;
    }
    return { run, path: PATH.test(source) ? source.split('.') : undefined, source, pointer };
  }
}

/** An expression as it was written, with the text that its places refer to. */
export const syntaxOf = ({ source, path }: Expression): { readonly ast: SyntaxNode; readonly text: string } => {
  if (path) return { ast: pathSyntax(path), text: source };
  return parseExpression(source);
};

/** The source of an expression, as far as it is one: throws when it is none. Places of nodes refer to `text`. */
export const parseExpression = (source: string): { readonly ast: SyntaxNode; readonly text: string } => {
  const text = translateOptionalChaining(source);
  return { ast: written.parse(text).ast, text };
};

const pathSyntax = ([root = '', ...names]: readonly string[]): SyntaxNode => {
  let node: SyntaxNode = { op: 'id', args: root, start: 0, end: root.length };
  for (const name of names) node = { op: '.', args: [node, name], start: 0, end: (node.end ?? 0) + 1 + name.length };
  return node;
};

const parseFault = (error: unknown, pointer: JsonPointer): Fault => {
  const reason = reasonOf(error);
  const isLimit = /exceed|limit/i.test((error as { code?: string }).code ?? '') || /exceed/i.test(reason);
  const { pos } = (error as { node?: { pos?: number } }).node ?? {};
  const place = pos === undefined ? '' : ` at character ${pos}`;
  return fault(isLimit ? 'expression_too_complex' : 'expression_syntax', pointer, { reason: `${reason}${place}` });
};

const constant = (value: Json): Template => ({ is: 'constant', value: deepFreeze(value) });
const isConstant = (template: Template): template is Extract<Template, { is: 'constant' }> =>
  template.is === 'constant';

/** Compiles a JSON value whose strings may hold `${…}`. Keys are not evaluated. Never throws. */
export const compileTemplate = (source: Json, options: CompileOptions): Compiled<Template> => {
  const compiler = new Compiler(options);
  return compiler.finish(compiler.template(source, options.pointer));
};

/** Compiles a boolean, or a text that is exactly one `${…}`. */
export const compileCondition = (source: Json, options: CompileOptions): Compiled<Condition> => {
  const compiler = new Compiler({ ...options, secrets: false });
  const literal = source === 'true' ? true : source === 'false' ? false : source;
  if (typeof literal === 'boolean') return compiler.finish<Condition>({ is: 'constant', value: literal });
  const pieces = typeof literal === 'string' ? compiler.pieces(literal.trim(), options.pointer) : [];
  const [only] = pieces;
  const never: Condition = { is: 'constant', value: false };
  if (pieces.length !== 1 || only?.is !== 'expression') {
    if (compiler.faults.length === 0)
      compiler.faults.push(fault('wrong_type', options.pointer, { expected: 'true, false or one ${…}' }));
    return compiler.finish(never);
  }
  const expression = compiler.expression(only.source, options.pointer);
  return compiler.finish<Condition>(expression ? { is: 'expression', expression } : never);
};

const failureOf = (expression: Expression, error: unknown): Failure => ({
  kind: 'fatal',
  code: 'expression_error',
  message: messageOf('expression_error', { reason: reasonOf(error) }),
  details: { expression: expression.source, pointer: expression.pointer },
});

class Evaluation {
  readonly secrets: SecretSlot[] = [];

  constructor(private readonly scope: Scope) {}

  value(template: Template, pointer: JsonPointer): Json {
    switch (template.is) {
      case 'constant':
        return template.value;
      case 'expression':
        return this.run(template.expression);
      case 'secret':
        this.secrets.push({ pointer, text: [{ $secret: template.name }] });
        return { $secret: template.name };
      case 'text':
        return template.hasSecret ? this.secretText(template.parts, pointer) : this.text(template.parts);
      case 'list':
        return template.entries.map((entry, index) => this.value(entry, at(pointer, index)));
      case 'object':
        return Object.fromEntries(template.entries.map(([key, entry]) => [key, this.value(entry, at(pointer, key))]));
    }
  }

  private run(expression: Expression): Json {
    try {
      return expression.path
        ? readPath(expression.path, this.scope.variables)
        : evaluateToJson(expression.run, this.scope);
    } catch (error) {
      throw new Failed(failureOf(expression, error));
    }
  }

  private text(parts: readonly TextPart[]): string {
    return parts.map((part) => (typeof part === 'string' ? part : this.render(part as Expression))).join('');
  }

  private render(expression: Expression): string {
    const value = this.run(expression);
    if (typeof value === 'string') return value;
    return value === null ? '' : JSON.stringify(value);
  }

  private secretText(parts: readonly TextPart[], pointer: JsonPointer): Json {
    const text: SecretText = parts.map((part) => {
      if (typeof part === 'string' || '$secret' in part) return part;
      return this.render(part);
    });
    this.secrets.push({ pointer, text });
    return { $secret_text: text as Json };
  }
}

/** What is read is JSON already and never changed, so it is handed on as it is. */
const readPath = (path: readonly string[], variables: Scope['variables']): Json => {
  let value: Json | undefined = variables;
  for (const key of path) {
    value = isJsonObject(value) ? ownValue<Json>(value, key) : undefined;
    if (value === undefined) throw new Error(`No such key: ${key}`);
  }
  return value;
};

class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

const NO_SECRETS: readonly SecretSlot[] = [];

const attempt = <T>(work: () => T): Result<T, Failure> => {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof Failed) return err(error.failure);
    throw error;
  }
};

/** Evaluates a template. Secrets are left out of the value: `secrets` says where they belong. */
export const evaluateTemplate = (template: Template, scope: Scope): Result<Evaluated, Failure> => {
  if (template.is === 'constant') return ok({ value: template.value, secrets: NO_SECRETS });
  return attempt(() => {
    const evaluation = new Evaluation(scope);
    return { value: evaluation.value(template, ''), secrets: evaluation.secrets };
  });
};

export const evaluateCondition = (condition: Condition, scope: Scope): Result<boolean, Failure> => {
  if (condition.is === 'constant') return ok(condition.value);
  const { expression } = condition;
  return attempt(() => {
    let value: Json;
    try {
      value = evaluateToJson(expression.run, scope);
    } catch (error) {
      throw new Failed(failureOf(expression, error));
    }
    if (typeof value === 'boolean') return value;
    throw new Failed(
      failureOf(expression, new Error(`a condition must be true or false, not ${JSON.stringify(value).slice(0, 100)}`)),
    );
  });
};
