// Works on the credentials of a directory and dies before its Nth step: each call of the file system that concerns the
// key, each row that is encrypted anew, each transaction.
// node rotating.mjs DIRECTORY open|rotate|put N
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [directory, what, at] = process.argv.slice(2);
const file = join(directory, 'credentials.key');
let steps = 0;
const step = () => {
  steps += 1;
  if (steps === Number(at)) process.kill(process.pid, 'SIGKILL');
};

let ofKey = false;
for (const name of ['openSync', 'writeSync', 'fsyncSync', 'fchmodSync', 'closeSync', 'renameSync', 'rmSync']) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (ofKey) step();
    return original(...args);
  };
}
syncBuiltinESMExports();

const { Credentials, ownKeyFile } = await import('../../dist/credential/index.js');
const { openStorage } = await import('../../dist/persistence/index.js');

/** Only what is done to the key counts: everybody else uses files too. */
const counted = (source) =>
  Object.fromEntries(
    Object.entries(source).map(([name, method]) => [
      name,
      () => {
        ofKey = true;
        try {
          return method();
        } finally {
          step();
          ofKey = false;
        }
      },
    ]),
  );

const storage = await openStorage(directory);
storage.database.function('strike', () => {
  step();
  return null;
});
storage.database.exec(
  'CREATE TEMP TRIGGER watched AFTER UPDATE ON main.credential BEGIN SELECT strike(); END;' +
    'CREATE TEMP TRIGGER first AFTER INSERT ON main.credential BEGIN SELECT strike(); END;',
);
const store = new Proxy(storage.credentials, {
  get: (target, name) => async (value) => {
    step();
    const result = await target[name](value);
    step();
    return result;
  },
});
const credentials = await Credentials.open({
  store,
  keys: counted(ownKeyFile(file)),
  users: { usedBy: async () => [] },
  clock: { now: () => 1 },
  secrets: {},
  onTrouble: (told, error) => {
    throw new Error(told, { cause: error });
  },
});
if (what === 'rotate') await credentials.rotate();
if (what === 'put') {
  await credentials.put('kept', { type: 'secret', value: 'was acknowledged' });
  process.stdout.write('kept\n');
}
step();
process.stdout.write(`${JSON.stringify({ steps })}\n`);
await storage.close();
