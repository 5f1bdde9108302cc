import cluster from 'node:cluster';
import inspector from 'node:inspector';
import inspectorPromises from 'node:inspector/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Writable } from 'node:stream';
import v8 from 'node:v8';

type Said = (text: string) => void;

/** Nobody listens between the attempts. */
let listener: Said | undefined;

/** What the plugin writes to its standard streams goes to the log of the attempt that is running. */
export const listenToOutput = (said: Said | undefined): void => {
  listener = said;
};

const stream = (): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      const text = typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      listener?.(text.replace(/\n$/, ''));
      done();
    },
  });

/** What a slip of a plugin could do to the whole process. Who wants to harm it has other ways; the guide names them. */
const BEYOND_THE_THREAD = ['kill', '_kill', '_debugProcess', '_debugEnd', '_getActiveHandles', '_rawDebug'];

/** Likewise what modules of Node offer: a debugger of the thread and flags of the engine reach all threads, or crash them. */
const MODULES: readonly (readonly [object, string, readonly string[]])[] = [
  [inspector, 'inspector', ['Session', 'open', 'close', 'waitForDebugger']],
  [inspectorPromises, 'inspector/promises', ['Session', 'open', 'close', 'waitForDebugger']],
  [
    v8,
    'v8',
    ['setFlagsFromString', 'writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit', 'takeCoverage', 'stopCoverage'],
  ],
  [cluster, 'cluster', ['fork', 'setupPrimary', 'setupMaster']],
];

const refusing =
  (name: string): (() => never) =>
  () => {
    throw new Error(`${name} is not for isolated plugins`);
  };

/** Before any code of the plugin runs. */
export const closeDoors = (): void => {
  for (const name of ['stdout', 'stderr'])
    Object.defineProperty(process, name, { value: stream(), enumerable: true, configurable: true });
  for (const name of BEYOND_THE_THREAD) {
    const property = { value: refusing(`process.${name}`), enumerable: true, configurable: false };
    Object.defineProperty(process, name, property);
  }
  for (const [module, of, names] of MODULES) {
    for (const name of names) {
      if (!(name in module)) continue;
      const value = function (): never {
        return refusing(`${of}.${name}`)();
      };
      Object.defineProperty(module, name, { value, enumerable: true, configurable: false });
    }
  }
  // Who imports them finds what who requires them finds.
  syncBuiltinESMExports();
};
