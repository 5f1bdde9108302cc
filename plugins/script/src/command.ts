import { defineTask, fatal, transient, type JsonObject, type TaskContext } from '@tekton/harmonia/plugin';
import { runProgram, type Ended, type Program } from './run-program.js';

const MIB = 2 ** 20;
/** s */
const WEEK = 604_800;

/** Variables that would change what an allowed program does. */
const REFUSED_VARIABLE =
  /^(LD_|DYLD_|GLIBC_TUNABLES$|GCONV_PATH$|NODE_|PYTHON|PERL5|PERLLIB$|RUBYOPT$|RUBYLIB$|(_|JDK_)?JAVA_(TOOL_)?OPTIONS$|BASH_ENV$|BASH_FUNC_|ENV$|SHELLOPTS$|BASHOPTS$|PS4$|IFS$|PATH$)/;

/** Characters of the end of stdout and of stderr in the details of a failure: there programs say what went wrong. */
const EXCERPT = 4000;

const INPUT: JsonObject = {
  type: 'object',
  required: ['program'],
  additionalProperties: false,
  properties: {
    program: { type: 'string', minLength: 1, description: 'As it stands in HARMONIA_SCRIPT_ALLOW.' },
    args: { type: 'array', items: { type: 'string' }, maxItems: 1000, default: [] },
    env: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
    stdin: { type: 'string' },
    cwd: { type: 'string', description: 'Working directory. Default: that of the service.' },
    timeout: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: WEEK,
      description: 'Seconds, after which the program is stopped. Default: the timeout of the task.',
    },
    expect: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 }, minItems: 1, default: [0] },
    max_bytes: {
      type: 'integer',
      minimum: 1,
      maximum: 64 * MIB,
      default: MIB,
      description: 'Of stdout, and of stderr; what is beyond is cut off and `truncated` is true.',
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
    required: ['exit_code', 'stdout', 'stderr', 'truncated'],
    properties: {
      exit_code: { type: 'integer' },
      stdout: { type: 'string' },
      stderr: { type: 'string' },
      truncated: { type: 'boolean' },
    },
  },
  run: async (input, context) => {
    const program = allowedProgram(input, context);
    const seconds = input.timeout as number | undefined;
    const deadline = seconds === undefined ? undefined : AbortSignal.timeout(Math.ceil(seconds * 1000));
    const own = context.signal as AbortSignal;
    const ended = await runProgram(program, deadline ? AbortSignal.any([own, deadline]) : own);
    const expect = (input.expect as number[] | undefined) ?? [0];
    const { exitCode, signal, stdout, stderr, truncated } = ended;
    if (signal === undefined && expect.includes(exitCode)) return { exit_code: exitCode, stdout, stderr, truncated };
    if (deadline?.aborted)
      throw transient('timeout', `The program took longer than ${seconds} s.`, { details: excerptOf(ended) });
    throw failed(ended);
  },
});

const excerptOf = ({ exitCode, stdout, stderr }: Ended): JsonObject => ({
  exit_code: exitCode,
  stdout: stdout.slice(-EXCERPT),
  stderr: stderr.slice(-EXCERPT),
});

const failed = (ended: Ended): Error => {
  const status = ended.signal === undefined ? `exit code ${ended.exitCode}` : `signal ${ended.signal}`;
  return fatal('program_failed', `The program ended with ${status}.`, { details: excerptOf(ended) });
};

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
