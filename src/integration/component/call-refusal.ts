import { fault, HarmoniaError, messageOf } from '../../kernel/index.js';
import { isTaskFailure, type TaskFailure } from '../../plugin/contract/index.js';
import { variableOf } from './component-bases.js';

/** What was asked of whom. */
export interface Asked {
  readonly component: string;
  readonly action: string;
  /** Of a registered one. */
  readonly base: string | undefined;
  /** Whether the one who asked has waited long enough. */
  readonly isLate: () => boolean;
}

const NOT_FOUND: ReadonlySet<string> = new Set(['component_not_found', 'action_not_found']);
/** Left alone for now: asking again later may help. */
const LATER: ReadonlySet<string> = new Set(['circuit_open', 'destination_busy']);

const statusOf = ({ code }: TaskFailure, isLate: boolean): number =>
  isLate || code === 'timeout' ? 504 : LATER.has(code) ? 503 : 502;

const misfit = (reason: string): HarmoniaError => {
  const faults = [fault('schema_mismatch', '', { reason })];
  return new HarmoniaError('validation_error', { subject: 'The request', count: 1 }, { faults });
};

/** What a failed call answers over the API: 404 for what is not there, else `component_error` with 502, 503 or 504. */
export const refusalOfCall = (
  error: unknown,
  { component, action, base, isLate }: Asked,
  mask: (text: string) => string,
): unknown => {
  if (!isTaskFailure(error)) return error;
  if (NOT_FOUND.has(error.code))
    return new HarmoniaError(error.code === 'action_not_found' ? 'action_not_found' : 'component_not_found', {
      ...{ component, action, variable: variableOf(component) },
    });
  if (error.code === 'schema_mismatch') return misfit(mask(error.message));
  if (error.code === 'address_blocked' && base !== undefined)
    return new HarmoniaError('address_blocked', { host: new URL(base).host, reason: 'the address is not public' });
  const prefix = messageOf('component_error', { component, reason: '' });
  const said = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  const reason = isLate() ? 'no answer came in time' : mask(said);
  return new HarmoniaError('component_error', { component, reason }, { status: statusOf(error, isLate()) });
};
