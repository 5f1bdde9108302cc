import { resolve } from 'node:path';
import { defineTask, fatal, transient, type JsonObject, type TaskContext } from '@tekton/harmonia/plugin';
import { runProgram, type Ended, type Program } from './run-program.js';

const MIB = 2 ** 20;
/** s */
const WEEK = 604_800;

/** Variables that would change what an allowed program does. */
const REFUSED_VARIABLE =
  /^(LD_|DYLD_|GLIBC_TUNABLES$|GCONV_PATH$|OPENSSL_CONF$|NODE_|PYTHON|PERL5|PERLLIB$|RUBYOPT$|RUBYLIB$|LUA_|DOTNET_|COR_|CORECLR_|PHPRC$|PHP_INI_|(_|JDK_)?JAVA_(TOOL_)?OPTIONS$|BASH_ENV$|BASH_FUNC_|ENV$|SHELLOPTS$|BASHOPTS$|PROMPT_COMMAND$|PS4$|IFS$|PATH$|GIT_|SSH_ASKPASS|LESSOPEN$|TAR_OPTIONS$|RSYNC_RSH$|MAKEFLAGS$)/;
/** A name like `PATH=/evil:` would set PATH. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Signals by which somebody ends a program, rather than the program itself by a fault: a later attempt may be left alone. */
const ENDED_BY_OTHERS: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);
/** EX_TEMPFAIL of sysexits.h. */
const TEMPORARY = 75;

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
    transient: {
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 255 },
      default: [TEMPORARY],
      description: 'Exit codes that may go away by themselves: they are retried by policy.',
    },
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
    throw failed(ended, (input.transient as number[] | undefined) ?? [TEMPORARY]);
  },
});

const excerptOf = ({ exitCode, stdout, stderr }: Ended): JsonObject => ({
  exit_code: exitCode,
  stdout: stdout.slice(-EXCERPT),
  stderr: stderr.slice(-EXCERPT),
});

const failed = (ended: Ended, temporary: readonly number[]): Error => {
  const { signal, exitCode } = ended;
  const status = signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`;
  const passes = signal === undefined ? temporary.includes(exitCode) : ENDED_BY_OTHERS.has(signal);
  const make = passes ? transient : fatal;
  return make('program_failed', `The program ended with ${status}.`, { details: excerptOf(ended) });
};

const allowedProgram = (input: JsonObject, { config }: TaskContext): Program => {
  const file = input.program as string;
  const allow = Array.isArray(config.allow) ? (config.allow as string[]) : [];
  if (!allow.includes(file))
    throw fatal('program_not_allowed', `The program "${file}" is not allowed. Add it to HARMONIA_SCRIPT_ALLOW.`);
  const env = (input.env ?? {}) as Record<string, string>;
  const refused = Object.keys(env).find((name) => REFUSED_VARIABLE.test(name) || !VARIABLE.test(name));
  if (refused !== undefined) throw fatal('program_not_allowed', `The variable "${refused}" may not be set.`);
  return {
    // Where the program runs is the workflow's to say; which program, is not.
    file: file.includes('/') ? resolve(file) : file,
    args: (input.args as string[] | undefined) ?? [],
    env,
    stdin: input.stdin as string | undefined,
    cwd: input.cwd as string | undefined,
    maxBytes: (input.max_bytes as number | undefined) ?? MIB,
  };
};
