import { InvalidArgumentError, type Command } from 'commander';
import type { Limits } from '../engine/core/index.js';
import type { ExitCode } from './exit-code.js';
import type { Talk } from './server-commands.js';

export const scale = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('It must be a number from 0.');
  return value;
};

export const whole = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

export const address = (text: string): string => {
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isHttp) throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8007.');
  return text;
};

const LIMIT = /^(tokens|calls|seconds|cost\.[A-Z]{3})=(\d+(?:\.\d+)?)$/;

/** Gathers `tokens=200000`, `cost.USD=5` into limits of a budget. Others are refused. */
export const limit = (text: string, before: Limits = {}): Limits => {
  const [, name, amount] = LIMIT.exec(text) ?? [];
  if (name === undefined) {
    throw new InvalidArgumentError('It must be a limit such as tokens=200000, calls=50, seconds=600 or cost.USD=5.');
  }
  const [field = '', currency] = name.split('.');
  if (currency === undefined) return { ...before, [field]: Number(amount) };
  return { ...before, cost: { ...before.cost, [currency]: Number(amount) } };
};

export interface ServerOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

export type Done = (code: ExitCode) => void;
export type MakeTalk = (options: ServerOptions) => Talk;

export const withServer = (command: Command, example: string): Command =>
  command
    .option('--url <url>', 'address of the service (default http://127.0.0.1:8007, or HARMONIA_PORT)', address)
    .option('--api-key <key>', 'key or token; better in HARMONIA_API_KEY: others see the arguments of a command')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  harmonia ${example}`);

export const paged = (command: Command): Command =>
  command
    .option('--limit <n>', 'how many (default 100, at most 1000)', whole)
    .option('--page <n>', 'which page, from 1', whole);
