import {
  checkExpression,
  compileTemplate,
  parseExpression,
  resultOf,
  scan,
  typeName,
  type Finding,
  type SyntaxNode,
  type Template,
  type Type,
  type TypeEnvironment,
} from '../../../engine/core/index.js';
import { fault, isJsonObject, type Fault, type Json, type JsonObject } from '../../../kernel/index.js';
import { fieldType, type ExpressionContext } from './context.js';
import { evaluateOn, outcomeWords, type Sample } from './sample.js';
import { suspectsIn, type Suspect } from './suspects.js';
import { usesIn, type Chain } from './walk.js';

/** Reads of which it is tried what comes of null. */
const MOST_NULLS = 12;
const MOST_READS = 50;

/** One expression of what was given, and where it begins there. */
interface Piece {
  readonly offset: number;
  readonly ast: SyntaxNode;
  readonly text: string;
}

/** An expression that was looked at. */
export interface Examined {
  readonly template: Template | undefined;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly suspects: readonly Suspect[];
  readonly type: Type;
  readonly chains: readonly Chain[];
}

/** `a + b` is short for `${a + b}`. */
const asTemplate = (source: string): { readonly template: string; readonly isBare: boolean } =>
  source.includes('${') ? { template: source, isBare: false } : { template: `\${${source}}`, isBare: true };

const piecesOf = (template: string, isBare: boolean): readonly Piece[] => {
  const scanned = scan(template);
  if (!scanned.ok) return [];
  const pieces: Piece[] = [];
  let from = 0;
  for (const piece of scanned.value) {
    if (piece.is === 'text') continue;
    const start = template.indexOf(`\${${piece.source}}`, from) + 2;
    from = start + piece.source.length;
    try {
      pieces.push({ ...parseExpression(piece.source), offset: isBare ? 0 : start });
    } catch {
      // The compiler says why.
    }
  }
  return pieces;
};

/** Roots of which an expression sees no value. */
const NO_VALUES: ReadonlySet<string> = new Set(['secrets', 'optional']);

const NOTHING: TypeEnvironment = new Map();
const ANY: Type = { is: 'any' };

/** Tasks that are read and are not there, or wait for the one that reads. */
const edgeFaults = (chains: readonly Chain[], { reach, task }: ExpressionContext): Fault[] => {
  if (!reach) return [];
  const own = task?.slice(task.lastIndexOf('/') + 1);
  const read = new Set(
    chains.flatMap(({ root, isBound, keys }) => (root === 'tasks' && !isBound && keys[0] ? [keys[0].key] : [])),
  );
  return [...read].flatMap((id) => {
    const found = reach.tasks.find((one) => one.id === id);
    if (found?.mayBeRead) return [];
    if (id === own) return [fault('self_reference', '', { id })];
    const known = reach.tasks.filter(({ mayBeRead }) => mayBeRead).map((one) => one.id);
    if (found) return [fault('dependency_cycle', '', { path: `${own} → … → ${id} → ${own}` })];
    return [fault('unknown_task', '', { id, known: known.slice(0, 10).join(', ') || 'none' })];
  });
};

/** Below outputs that may not be there. */
const nullWarnings = (chains: readonly Chain[], { reach }: ExpressionContext): Fault[] =>
  (reach?.tasks ?? []).flatMap(({ id, mayMiss }) => {
    const isRead = chains.some(({ root, keys }) => {
      const [task, field, ...below] = keys;
      return root === 'tasks' && task?.key === id && field?.key === 'output' && below[0]?.isOptional === false;
    });
    return mayMiss && isRead ? [fault('may_be_null', '', { id })] : [];
  });

/** Reads an expression where it is to stand: by the engine's own compiler and type check. Never throws. */
export const examine = (source: string, context: ExpressionContext): Examined => {
  const { template, isBare } = asTemplate(source);
  const compiled = compileTemplate(template, { pointer: '', names: context.names, secrets: true });
  const pieces = piecesOf(template, isBare);
  const types = context.reach?.types ?? NOTHING;
  const checked = pieces.map(({ ast, text }) => checkExpression(ast, types, { source: text, pointer: '' }));
  const chains = pieces.flatMap(({ ast }) => usesIn(ast).chains);
  const findings = checked.flatMap((one) => one.findings);
  const of = (severity: Finding['severity']): Fault[] => findings.filter((one) => one.severity === severity);
  const faults = [...compiled.faults, ...edgeFaults(chains, context), ...of('fails')];
  const [only] = checked;
  const isWhole = isBare || (pieces.length === 1 && template.startsWith('${') && compiled.value.is === 'expression');
  return {
    template: faults.length === 0 ? compiled.value : undefined,
    faults,
    warnings: [...nullWarnings(chains, context), ...of('maybe')],
    suspects: pieces.flatMap(({ ast, text, offset }) =>
      suspectsIn(ast, text, context).map((one) => ({ ...one, start: one.start + offset, end: one.end + offset })),
    ),
    type: isWhole ? resultOf(only?.type ?? ANY) : { is: 'one of', alternatives: [{ kind: 'string' }] },
    chains: chains.filter(({ root, isBound }) => !isBound && !NO_VALUES.has(root)),
  };
};

const pathOf = ({ root, keys }: Pick<Chain, 'root' | 'keys'>): string =>
  [
    root,
    ...keys.map(({ key }) =>
      /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`,
    ),
  ].join('');

const typeOf = ({ root, keys }: Chain, { reach }: ExpressionContext): string => {
  const type = keys.reduce<Type | undefined>((from, { key }) => fieldType(from, key), reach?.types.get(root));
  return typeName(type ?? ANY);
};

const faultWords = ({ code, message, cure }: Fault, suspects: readonly Suspect[]): JsonObject => {
  const suspect = suspects.find(
    ({ said }) => message.includes(`"${said}"`) || message.includes(`by ${said}(`) || message.includes(` ${said} `),
  );
  const [, character] = /at character (\d+)/.exec(message) ?? [];
  const start = suspect?.start ?? (character === undefined ? undefined : Number(character));
  const position = start === undefined ? null : { start, end: suspect?.end ?? start + 1 };
  return { code, message, cure, position, did_you_mean: [...(suspect?.meant ?? [])] };
};

/** What of the reads a sample does not have. */
const missingIn = (chains: readonly Chain[], { variables }: Sample): string[] => {
  const missing = chains.flatMap(({ root, keys }) => {
    if (root !== 'tasks') return Object.hasOwn(variables, root) ? [] : [root];
    const [task] = keys;
    const tasks = variables.tasks as JsonObject;
    return task && !Object.hasOwn(tasks, task.key) ? [`tasks.${task.key}`] : [];
  });
  return [...new Set(missing)];
};

/** The same, with null at a path; undefined: there is nothing at that path. */
const withNull = (value: Json, keys: readonly string[]): Json | undefined => {
  const [key, ...rest] = keys;
  if (key === undefined) return null;
  if (Array.isArray(value)) {
    const entries = value as readonly Json[];
    const index = Number(key);
    if (!(index in entries)) return undefined;
    const inner = withNull(entries[index] as Json, rest);
    return inner === undefined ? undefined : entries.map((entry, at) => (at === index ? inner : entry));
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
  const inner = withNull(value[key] as Json, rest);
  return inner === undefined ? undefined : { ...value, [key]: inner };
};

/** Places below roots that may be null: the output of a task, and what is below it; fields of the input. */
const nullable = ({ root, keys }: Chain): string[][] => {
  const first = root === 'tasks' ? 2 : 1;
  return keys.slice(first - 1).map((_, index) => [root, ...keys.slice(0, first + index).map(({ key }) => key)]);
};

/** What comes of the expression when something that it reads is null: tried, one after the other. */
const nullWords = (template: Template, chains: readonly Chain[], sample: Sample): JsonObject[] => {
  const paths = new Map(
    chains
      .filter(({ root }) => root !== 'workflow' && root !== 'execution')
      .flatMap(nullable)
      .map((path) => [JSON.stringify(path), path]),
  );
  return [...paths.values()].slice(0, MOST_NULLS).flatMap(([root = '', ...keys]) => {
    const variables = withNull(sample.variables, [root, ...keys]);
    if (variables === undefined) return [];
    const outcome = evaluateOn(template, { ...sample, variables: variables as JsonObject });
    const at = pathOf({ root, keys: keys.map((key) => ({ key })) as unknown as Chain['keys'] });
    return [{ path: at, ...outcomeWords(outcome) }];
  });
};

/** An expression that was looked at, in the words of the API; `sample`: what it is worked out on. */
export const examinedWords = (source: string, context: ExpressionContext, sample: Sample | undefined): JsonObject => {
  const examined = examine(source, context);
  const { template, faults, warnings, suspects, type, chains } = examined;
  const reads = [...new Map(chains.map((chain) => [pathOf(chain), chain]))].slice(0, MOST_READS);
  const on = sample ?? (chains.length === 0 ? { variables: { tasks: {} }, now: 0 } : undefined);
  const missing = on ? missingIn(chains, on) : [];
  const isReady = template !== undefined && on !== undefined && missing.length === 0;
  const outcome = isReady ? evaluateOn(template, on) : undefined;
  return {
    source,
    errors: faults.map((one) => faultWords(one, suspects)),
    warnings: warnings.map((one) => faultWords(one, suspects)),
    type: template ? typeName(type) : null,
    reads: reads.map(([path, chain]) => ({ path, type: typeOf(chain, context) })),
    result: outcome ? outcomeWords(outcome) : null,
    missing_in_sample: missing,
    when_null: isReady && outcome?.is === 'value' ? nullWords(template, chains, on) : [],
  };
};
