import type { Command } from 'commander';
import type { Json, JsonObject } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { withServer, type Done, type MakeTalk, type ServerOptions } from '../options.js';
import { readDocument } from '../read-document.js';
import { API, printJson, text, type Talk } from '../server-commands.js';

/** What is kept by a service under a page of its own: `/api/v1/schedules`. `key` is what answers call its id. */
export class Resource {
  readonly base: string;

  constructor(
    page: string,
    private readonly key: string,
  ) {
    this.base = `${API}/${page}`;
  }

  pathOf(id: string, page = ''): string {
    return `${this.base}/${encodeURIComponent(id)}${page}`;
  }

  /** Keeps what a file says; prints `line`, the id when absent. */
  async create(talk: Talk, file: string, line?: (made: JsonObject) => string): Promise<ExitCode> {
    const answer = await talk.client.post(this.base, (await readDocument(file)) as Json);
    const { data = null } = answer;
    if (talk.json) return shown(talk, data);
    talk.terminal.out(`${line?.(data as JsonObject) ?? text(answer[this.key])}\n`);
    return EXIT.completed;
  }

  async get(talk: Talk, id: string): Promise<ExitCode> {
    return shown(talk, (await talk.client.get(this.pathOf(id))).data);
  }

  async remove(talk: Talk, id: string): Promise<ExitCode> {
    await talk.client.delete(this.pathOf(id));
    if (talk.json) return shown(talk, { [this.key]: id, deleted: true });
    talk.terminal.out(`${id} deleted\n`);
    return EXIT.completed;
  }
}

export const shown = (talk: Talk, data: Json | undefined): ExitCode => {
  printJson(talk, data ?? null);
  return EXIT.completed;
};

export interface CommandsOfOne {
  /** `trigger`, as in `harmonia trigger get <id>`. */
  readonly name: string;
  readonly group: Command;
  readonly talk: MakeTalk;
  readonly done: Done;
}

export type AddCommand<O extends ServerOptions> = (
  /** Its name, and what its example says behind the id: `backfill --from …`. */
  command: string,
  description: string,
  run: (talk: Talk, id: string, options: O) => Promise<ExitCode>,
) => Command;

/** Adds commands that are about one thing, by its id. */
export const commandsOfOne =
  <O extends ServerOptions = ServerOptions>({ name: of, group, talk, done }: CommandsOfOne): AddCommand<O> =>
  (command, description, run) => {
    const [name = '', ...more] = command.split(' ');
    return withServer(group.command(name), [of, name, '0191f7c2-…', ...more].join(' '))
      .argument('<id>')
      .description(description)
      .action(async (id: string, options: O) => done(await run(talk(options), id, options)));
  };
