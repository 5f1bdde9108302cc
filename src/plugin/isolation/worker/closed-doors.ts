import { Writable } from 'node:stream';

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

/** Before any code of the plugin runs. */
export const closeDoors = (): void => {
  for (const name of ['stdout', 'stderr'])
    Object.defineProperty(process, name, { value: stream(), enumerable: true, configurable: true });
  for (const name of BEYOND_THE_THREAD) {
    const refuse = (): never => {
      throw new Error(`process.${name} is not for isolated plugins`);
    };
    Object.defineProperty(process, name, { value: refuse, enumerable: true, configurable: false });
  }
};
