import { InvalidArgumentError, type Command } from 'commander';
import { EXIT } from '../exit-code.js';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';
import type { TestOptions } from './plugin-test.js';

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new InvalidArgumentError('It must be a number of seconds, 3600 at most.');
  return value;
};

/** Adds what authors of plugins use: `harmonia plugin create` and `test`. */
export const addAuthorCommands = (group: Command, terminal: Terminal, done: Done): void => {
  group
    .command('create')
    .argument('<name>', 'id of the plugin; its tasks are <name>/…')
    .option('--dir <dir>', 'the folder to make (default: one of that name)')
    .description('Make a plugin that works: package, tests, crash test, example workflow.')
    .addHelpText('after', '\nExample:\n  harmonia plugin create parcel')
    .action(async (name: string, { dir }: { dir?: string }) => {
      const { createPlugin } = await import('./plugin-create.js');
      await createPlugin(name, dir, terminal);
      done(EXIT.completed);
    });
  group
    .command('test')
    .argument('[dir]', 'folder of the plugin', '.')
    .option('--crash', 'kill its tasks at every boundary against the service of its crash.js, and write a certificate')
    .option('--patience <s>', 'seconds that one attempt, and each call of crash.js, may take (default 30)', seconds)
    .option('--json', 'with --crash: print one object')
    .description(
      'Read and load a plugin as Harmonia does, and run its tests by Node. Nothing has to be installed. ' +
        'Exit 0 all is well, 1 a test failed or a task does not do what it declares, 2 the package is wrong.',
    )
    .addHelpText('after', '\nExample:\n  harmonia plugin test ./parcel --crash')
    .action(async (directory: string, options: TestOptions) => {
      const { testPlugin } = await import('./plugin-test.js');
      done(await testPlugin(directory, options, terminal));
    });
};
