import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import { deepFreeze, isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { variableOf, type Environment } from '../environment/index.js';
import { ConfigurationFileError } from '../errors/index.js';
import { WrongSettings, type ConfigurationProblem } from '../settings/index.js';
import { readText } from './setting-text.js';

/**
 * JSON Schema 2020-12 of an object. The property `max_models` of the component `sophia` is set by `SOPHIA_MAX_MODELS`;
 * `environment`, a list of names in the schema of a property, names other variables that set it, the first that is set.
 */
export interface ConfigurationSchema {
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

export interface ConfigurationSource {
  readonly component: string;
  readonly schema: ConfigurationSchema;
  /** Wins over the file. */
  readonly environment: Environment;
  /** JSON or YAML. Wins over the defaults of the schema. */
  readonly file?: string | undefined;
}

const namesOf = (component: string, name: string, schema: JsonObject): string[] => {
  const others = Array.isArray(schema.environment) ? (schema.environment as Json[]) : [];
  return [variableOf(`${component}_${name}`), ...others.map(String)];
};

const readFile = (file: string): JsonObject => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationFileError(`${file} can not be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const read = parseYaml(text) as Json;
    if (isJsonObject(read ?? {})) return (read ?? {}) as JsonObject;
  } catch (cause) {
    // A parser shows the lines around a fault, and with them what is secret there.
    throw new ConfigurationFileError(`${file} is neither JSON nor YAML.`, { cause });
  }
  throw new ConfigurationFileError(`${file} holds no settings by name.`);
};

/** What a source says, before it is checked, and by which variable each setting was given. */
interface Given {
  readonly values: Record<string, Json>;
  readonly from: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigurationProblem[];
}

const given = ({ component, schema, environment, file }: ConfigurationSource): Given => {
  const values: Record<string, Json> = file === undefined ? {} : { ...readFile(file) };
  const from = new Map<string, string>();
  const problems: ConfigurationProblem[] = [];
  for (const [name, property] of Object.entries(schema.properties)) {
    const setting = namesOf(component, name, property).find((one) => environment[one]);
    if (setting === undefined) continue;
    const read = readText(environment[setting] ?? '', property);
    from.set(name, setting);
    if (read.is === 'wrong') problems.push({ setting, reason: read.reason });
    else values[name] = read.value;
  }
  return { values, from, problems };
};

const reasonOf = ({ keyword, message = 'it does not fit', params }: ErrorObject): string =>
  keyword === 'enum' ? `must be one of ${JSON.stringify(params.allowedValues)}` : message;

/**
 * Reads the configuration of a component once: defaults of the schema, over them the file, over it the environment. It is
 * checked as a whole and frozen. Throws `WrongSettings`, whose message lists every problem and shows no value.
 */
export const readConfiguration = <T extends object = JsonObject>(source: ConfigurationSource): Readonly<T> => {
  const { component, schema } = source;
  const { values, from, problems } = given(source);
  const settingOf = (name: string): string =>
    from.get(name) ?? (name in values ? name : variableOf(`${component}_${name}`));
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, ownProperties: true, logger: false });
  const check = ajv.compile({ type: 'object', ...schema });
  check(values);
  const found = (check.errors ?? []).map((error): ConfigurationProblem => {
    const [, top = '', ...rest] = error.instancePath.split('/');
    const missing = error.keyword === 'required' && top === '' ? String(error.params.missingProperty) : top;
    if (missing === '') return { setting: source.file ?? component, reason: reasonOf(error) };
    const below = rest.length > 0 ? `/${rest.join('/')} ` : '';
    return { setting: settingOf(missing), reason: top === '' ? 'is not set' : below + reasonOf(error) };
  });
  // What could not be read is said once, and not to be missing as well.
  const unread = new Set(problems.map(({ setting }) => setting));
  const all = [...problems, ...found.filter(({ setting }) => !unread.has(setting))];
  if (all.length === 0) return deepFreeze(values as Json) as Readonly<T>;
  throw new WrongSettings(all, component);
};
