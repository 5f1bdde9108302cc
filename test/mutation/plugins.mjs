import { mutantsOf } from './mutant.mjs';

const types = { area: 'plugins', suites: 'core', likely: 'test/core/task-type-defaults' };
const places = mutantsOf({ ...types, file: 'src/engine/core/validate/credential-places.ts' });
const drafts = mutantsOf({ ...types, file: 'src/engine/core/validate/task-draft.ts' });
const scopes = mutantsOf({ ...types, file: 'src/engine/core/validate/scope-compiler.ts' });
const assembled = mutantsOf({ ...types, file: 'src/engine/core/validate/assemble.ts' });
const orders = mutantsOf({ ...types, file: 'src/engine/core/decide/plan.ts' });

const sets = { area: 'plugins', suites: 'engine', likely: 'test/engine/plugin-sets' };
const replay = mutantsOf({ ...sets, file: 'src/engine/core/fold/replay.ts' });
const reopened = mutantsOf({ ...sets, file: 'src/engine/core/fold/reopen.ts' });
const decide = mutantsOf({ ...sets, file: 'src/engine/core/decide/decide.ts' });
const attempts = mutantsOf({ ...sets, file: 'src/engine/embedded/attempts/attempt-runner.ts' });
const again = mutantsOf({ ...sets, file: 'src/engine/embedded/reexecutions.ts' });

const hosted = { area: 'plugins', suites: 'plugins', likely: 'test/plugins/plugin-(changes|hooks|installation)' };
const registry = mutantsOf({ ...hosted, file: 'src/plugin/host/plugin-registry.ts' });
const host = mutantsOf({ ...hosted, file: 'src/plugin/host/management/plugin-host.ts' });
const turns = mutantsOf({ ...hosted, file: 'src/kernel/turns.ts' });
const tarball = mutantsOf({ ...hosted, file: 'src/plugin/host/management/tarball.ts' });

export const PLUGINS = [
  places('a needed credential may be missing', `!optional && !Object`, `optional && !Object`),
  places('a credential of another kind fits', `if (!place.types.includes(found)) {`, `if (false) {`),
  places(
    'a place that there is not takes a credential',
    `    if (!place) {`,
    `    if (!place) return;\n    if (!place) {`,
  ),
  places(
    'a credential that there is not will do',
    `    if (found === undefined) return reader.report(`,
    `    if (found === undefined) return [].push(`,
  ),
  drafts(
    'compensate false says nothing',
    `if (compensate === 'none') return undefined;`,
    `if (compensate === 'none') return undoingOf({ ...draft, compensate: undefined }, type);`,
  ),
  scopes(
    'what was accepted is held against its task types again',
    `    if (this.surroundings.wasAccepted) return type;\n`,
    ``,
  ),
  assembled('a task type has no heartbeat', `draft.heartbeat ?? type?.heartbeat`, `draft.heartbeat`),
  orders(
    'credentials do not travel',
    `        credentials: task.work.credentials,\n`,
    `        credentials: undefined,\n`,
  ),

  replay(
    'a reopened journal asks for the set of before',
    `for (const hash of found.keys()) found.set(hash, event.plugins);`,
    `for (const hash of found.keys()) found.set(hash, found.get(hash));`,
  ),
  reopened(
    'what is reopened keeps the set of before',
    `  if (event.plugins !== undefined) state.workflow = { ...state.workflow, plugins: event.plugins };\n`,
    ``,
  ),
  decide('the journal does not say which set it was reopened with', `...(plugins !== undefined && { plugins })`, ``),
  attempts('an attempt knows of no set', `      ...(plugins !== undefined && { plugins }),\n`, ``),
  again('a fork keeps the set of before', `{ ...pinned, ...(plugins !== undefined && { plugins }) }`, `first.workflow`),

  registry('a set of before has what is there now', `stages.findLast(({ since }) => since <= set)`, `undefined`),
  registry('a version that is in use is forgotten', `[...inUse, this.set]`, `[this.set]`),
  registry('the present version is forgotten', `[...inUse, this.set]`, `[...inUse]`),
  registry(
    'settings reach the present version only',
    `stages.map((stage) => (stage`,
    `stages.slice(-1).map((stage) => (stage`,
  ),
  host(
    'a plugin that does not start is installed',
    `? write() : this.whileStarted(registered, write)`,
    `? write() : write()`,
  ),
  host(
    'what does not load is left behind',
    `if (!isNamed && !counts.has(installed.directory)) await`,
    `if (false) await`,
  ),
  host(
    'the same files are two plugins',
    `all.find(({ installed }) => installed.directory === directory`,
    `all.find(() => false`,
  ),
  host('what nobody needs runs on', `      await version.close();\n    }`, `    }`),
  host(
    'what is switched off comes back with its next version',
    `if (this.switchedOff.has(plugin.id)) this`,
    `if (false) this`,
  ),
  host('old versions go at once', `    if (timers.now() - this.changedAt < GRACE) return;\n`, ``),
  turns('two changes at once do not take turns', `this.last.then(work)`, `work()`),
  tarball('a link is unpacked', `if (!KINDS.has(type)) return`, `if (false) return`),
  tarball('a tarball may lead out of the package', `path.split('/').includes('..')`, `false`),
  tarball('a bomb is unpacked', `bytes > LARGEST_PACKAGE`, `bytes > Infinity`),
];
