// Does one piece of work on files and dies, as of `kill -9`, before its nth call of the file system: node dying.mjs <n> <work> <places…>
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [count, work, ...places] = process.argv.slice(2);
let left = Number(count);
const CALLS = [
  'open',
  'write',
  'writev',
  'close',
  'rename',
  'mkdir',
  'mkdtemp',
  'rm',
  'cp',
  'readdir',
  'writeFile',
  'symlink',
];

const { backUp, KNOWN_MIGRATIONS, openStorage, restore } = await import('../../dist/persistence/index.js');
const WORKS = {
  backup: ([directory, file]) => backUp({ directory, file, withKey: false, version: '1.2.3' }),
  restore: ([directory, file]) => restore({ directory, file, known: KNOWN_MIGRATIONS }),
  upgrade: async ([directory]) => {
    const upgrade = { keep: 2, version: '1.2.3', told: () => undefined };
    await (await openStorage(directory, { upgrade })).close();
  },
};
for (const module of [fs, fsp])
  for (const name of CALLS) {
    const call = module[name];
    if (typeof call !== 'function') continue;
    module[name] = function (...given) {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      return call.apply(this, given);
    };
  }
syncBuiltinESMExports();
await WORKS[work](places);
console.log(Number(count) - left);
