import { readFileSync } from 'node:fs';
import { fault, HarmoniaError, isJsonObject, type Fault, type Json, type JsonObject } from '../kernel/index.js';
import type { Environment } from './environment.js';

type Meaning = (value: Json) => Environment;

class Meaningless extends Error {}

const text = (value: Json): string => {
  if (typeof value !== 'string' || value === '') throw new Meaningless('it must be a text');
  return value;
};

const named =
  (name: string): Meaning =>
  (value) => ({ [name]: text(value) });

/** Where a component is: its host and port. */
const component =
  (name: string): Meaning =>
  (value) => {
    const url = URL.canParse(text(value)) ? new URL(text(value)) : undefined;
    if (url?.protocol !== 'http:' || url.href !== `${url.origin}/`)
      throw new Meaningless('it must be an address such as http://localhost:8000');
    return { [`${name}_HOST`]: url.hostname.replace(/^\[|\]$/g, ''), [`${name}_PORT`]: url.port || '80' };
  };

/** What can only be one way here. */
const always =
  (only: Json, why: string): Meaning =>
  (value) => {
    if (value !== only) throw new Meaningless(why);
    return {};
  };

const anything: Meaning = () => ({});

const MEANINGS: Readonly<Record<string, Meaning>> = {
  component_name: always('harmonia', 'this is harmonia'),
  component_id: named('HARMONIA_COMPONENT_ID'),
  version: anything,
  data_directory: named('HARMONIA_DATA_DIR'),
  config_file: always(null, 'settings come from the environment and its files'),
  log_level: named('HARMONIA_LOG_LEVEL'),
  hermes_url: named('HERMES_URL'),
  engram_url: component('ENGRAM'),
  ergon_url: component('ERGON'),
  prometheus_url: component('PROMETHEUS'),
  synthesis_url: component('SYNTHESIS'),
  auto_register: (value) => {
    if (typeof value !== 'boolean') throw new Meaningless('it must be true or false');
    return { TEKTON_HERMES_DISCOVERY: String(value) };
  },
  initialize_db: always(true, 'the database is always made when there is none'),
  load_previous_state: always(true, 'what was open always goes on'),
  max_workflows: (value) => {
    if (typeof value !== 'number') throw new Meaningless('it must be a number');
    return { HARMONIA_MAX_OPEN_EXECUTIONS: String(value) };
  },
  database_type: always('sqlite', 'the database is SQLite, in the data directory'),
  database_url: always(null, 'the database lies in the data directory, which `data_directory` says'),
  extensions: anything,
  metadata: anything,
};

const settingsOf = (instructions: JsonObject): Environment => {
  const faults: Fault[] = [];
  const settings = Object.entries(instructions).map(([name, value]): Environment => {
    const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
    try {
      if (meaning === undefined) throw new Meaningless(`known: ${Object.keys(MEANINGS).join(', ')}`);
      return value === null ? {} : meaning(value);
    } catch (error) {
      if (!(error instanceof Meaningless)) throw error;
      faults.push(fault('start_up_instruction', `/${name}`, { reason: error.message }));
      return {};
    }
  });
  if (faults.length === 0) return Object.assign({}, ...settings) as Environment;
  throw new HarmoniaError('validation_error', { subject: 'The start-up file', count: faults.length }, { faults });
};

const unreadable = (file: string, reason: string): HarmoniaError =>
  new HarmoniaError('invalid_configuration', { name: 'STARTUP_INSTRUCTIONS_FILE', reason: `${file}: ${reason}` });

/** Upstream's start-up JSON as settings. Throws `invalid_configuration` for a file that is none, `validation_error` with every fault. */
export const startUpSettings = (file: string): Environment => {
  let read: Json;
  try {
    read = JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
  if (!isJsonObject(read)) throw unreadable(file, 'it is no JSON object');
  return settingsOf(read);
};
