import { err, isJsonObject, jsonDepth, ok, type Json, type JsonObject, type Result } from '../../../kernel/index.js';
import { plainWords } from '../../untrusted/index.js';
import type { CandidateObjection } from './objection.js';

/** Characters of a definition as JSON, its levels, and its tasks. */
const LONGEST = 40_000;
const DEEPEST = 24;
const MOST_TASKS = 100;
/** Characters of a name or a description. */
const LONGEST_WORDS = 400;
/** What a model may say of a workflow. The rest (`metadata`, `tags`, …) is nobody's wish. */
const FIELDS = [
  ...['name', 'description', 'input_schema', 'output_schema', 'output', 'tasks', 'timeout', 'fail_fast', 'state'],
  ...['concurrency', 'on_complete', 'on_failure'],
];
const BODIES = ['tasks', 'try', 'catch', 'finally', 'race'];
const TASKS = ['compensate', 'on_complete', 'on_failure'];
const SCHEMAS = ['input_schema', 'output_schema'];
const PROSE: ReadonlySet<string> = new Set(['description', 'title', '$comment']);

const objection = (gate: 'parse' | 'schema', reason: string, detail: string): CandidateObjection => ({
  ...{ gate, reason, detail },
});

const withProse = (of: JsonObject, field: string, words: string | undefined): JsonObject => {
  if (words !== undefined) return { ...of, [field]: words };
  const { [field]: _, ...rest } = of;
  return rest;
};

/** Words that are only shown to people become plain: no links, no mark-up, no signs that nobody sees. */
const plainSchema = (schema: Json): Json => {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(plainSchema);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([field, value]): [string, Json][] => {
      if (!PROSE.has(field) || typeof value !== 'string') return [[field, plainSchema(value)]];
      const words = plainWords(value, { longest: LONGEST_WORDS });
      return words === undefined ? [] : [[field, words]];
    }),
  );
};

const plainBody = (body: JsonObject): JsonObject => {
  let plain: JsonObject = body;
  for (const field of ['name', 'description'])
    if (plain[field] !== undefined)
      plain = withProse(plain, field, plainWords(plain[field], { longest: LONGEST_WORDS }));
  return Object.fromEntries(
    Object.entries(plain)
      .filter(([field]) => field !== 'metadata')
      .map(([field, value]) => [field, plainField(field, value)]),
  );
};

const plainField = (field: string, value: Json): Json => {
  if (SCHEMAS.includes(field)) return plainSchema(value);
  if (TASKS.includes(field)) return plainTask(value);
  if (!BODIES.includes(field) || !isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([id, task]) => [id, plainTask(task)]));
};

const plainTask = (task: Json): Json => (isJsonObject(task) ? plainBody(task) : task);

/** Tasks of all levels. */
const tasksIn = (body: Json): number => {
  if (!isJsonObject(body)) return 0;
  return BODIES.reduce((sum, field) => {
    const tasks = body[field];
    if (!isJsonObject(tasks)) return sum;
    return sum + Object.values(tasks).reduce<number>((inner, task) => inner + 1 + tasksIn(task), 0);
  }, 0);
};

/**
 * The document that a model means by a line: bounded, with nothing in it that is not about the workflow, its prose made
 * plain. Whether it is a workflow at all is for the validator to say.
 */
export const modelDefinition = (line: Json): Result<JsonObject, CandidateObjection> => {
  const given = isJsonObject(line) ? line.definition : undefined;
  if (!isJsonObject(given ?? null)) return err(objection('parse', 'no_definition', 'a line is {"definition": {…}}'));
  const definition = given as JsonObject;
  if (jsonDepth(definition, DEEPEST + 1) > DEEPEST)
    return err(objection('parse', 'nesting_too_deep', `at most ${DEEPEST} levels`));
  if (JSON.stringify(definition).length > LONGEST)
    return err(objection('parse', 'too_large', `at most ${LONGEST} characters`));
  const count = tasksIn(definition);
  if (!isJsonObject(definition.tasks) || count === 0)
    return err(objection('schema', 'no_tasks', '`tasks` is an object by id, with one task at least'));
  if (count > MOST_TASKS) return err(objection('schema', 'too_many_tasks', `at most ${MOST_TASKS}`));
  const known = Object.fromEntries(FIELDS.flatMap((field) => entryOf(definition, field)));
  const plain = plainBody(known);
  return ok({
    ...plain,
    name: typeof plain.name === 'string' ? plain.name.slice(0, 255) : 'Generated workflow',
    version: '1.0.0',
    // What was checked is what will be kept: nothing translates it once more.
    metadata: { source_dialect: 'canonical' },
  });
};

const entryOf = (of: JsonObject, field: string): [string, Json][] => {
  const value = Object.hasOwn(of, field) ? of[field] : undefined;
  return value === undefined ? [] : [[field, value]];
};
