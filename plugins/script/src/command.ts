import { defineTask, fatal, type Json, type JsonObject, type TaskContext } from '@tekton/harmonia/plugin';
import { runProgram, type Program } from './run-program.js';

const MIB = 2 ** 20;

/** Variables that would change what an allowed program does. */
const REFUSED_VARIABLE = /^(LD_|DYLD_|NODE_OPTIONS$|PYTHON|PERL5|RUBYOPT$|BASH_ENV$|ENV$|IFS$|PATH$)/;

const INPUT: JsonObject = {
  type: 'object',
  required: ['program'],
  additionalProperties: false,
  properties: {
    program: { type: 'string', minLength: 1, description: 'As it stands in HARMONIA_SCRIPT_ALLOW.' },
    args: { type: 'array', items: { type: 'string' }, maxItems: 1000, default: [] },
    env: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
    stdin: { type: 'string' },
    cwd: { type: 'string' },
    expect: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 }, minItems: 1, default: [0] },
    max_bytes: {
      type: 'integer',
      minimum: 1,
      maximum: 64 * MIB,
      default: MIB,
      description: 'Of stdout, and of stderr.',
    },
  },
};

export const command = defineTask({
  id: 'command',
  description: 'Runs an allow-listed program without a shell. Off unless HARMONIA_SCRIPT_ALLOW names programs.',
  effects: 'write',
  input: INPUT,
  output: {
    type: 'object',
    required: ['exit_code', 'stdout', 'stderr'],
    properties: { exit_code: { type: 'integer' }, stdout: { type: 'string' }, stderr: { type: 'string' } },
  },
  run: async (input, context) => {
    const program = allowedProgram(input, context);
    const ended = await runProgram(program, context.signal);
    const expect = (input.expect as number[] | undefined) ?? [0];
    const output: Json = { exit_code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
    if (ended.signal === undefined && expect.includes(ended.exitCode)) return output;
    const status = ended.signal === undefined ? `exit code ${ended.exitCode}` : `signal ${ended.signal}`;
    throw fatal('program_failed', `The program ended with ${status}.`, { details: output });
  },
});

const allowedProgram = (input: JsonObject, { config }: TaskContext): Program => {
  const file = input.program as string;
  const allow = Array.isArray(config.allow) ? (config.allow as string[]) : [];
  if (!allow.includes(file))
    throw fatal('program_not_allowed', `The program "${file}" is not allowed. Add it to HARMONIA_SCRIPT_ALLOW.`);
  const env = (input.env ?? {}) as Record<string, string>;
  const refused = Object.keys(env).find((name) => REFUSED_VARIABLE.test(name));
  if (refused !== undefined) throw fatal('program_not_allowed', `The variable ${refused} may not be set.`);
  return {
    file,
    args: (input.args as string[] | undefined) ?? [],
    env,
    stdin: input.stdin as string | undefined,
    cwd: input.cwd as string | undefined,
    maxBytes: (input.max_bytes as number | undefined) ?? MIB,
  };
};
