import { isJsonObject, type Json } from '../../kernel/index.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { API, printJson, text, type Talk } from '../server-commands.js';

/** Prints how a delivery ended; exit 1 when it failed. */
export const delivered = (talk: Talk, data: Json | undefined): ExitCode => {
  const delivery = isJsonObject(data) ? data : {};
  const { status, execution_id: execution = null, error = null } = delivery;
  const what = isJsonObject(error) ? `: ${text(error.message)} [${text(error.code)}]` : '';
  if (talk.json) printJson(talk, delivery);
  else talk.terminal.out(`${text(delivery.id)}  ${text(status)}${what}  ${text(execution)}`.trimEnd() + '\n');
  const isBad = status === 'failed' || status === 'dead' || (status === 'pending' && error !== null);
  return isBad ? EXIT.failed : EXIT.completed;
};

/** Delivers once more, whether it is of a webhook or of a trigger. */
export const redeliver = async (talk: Talk, delivery: string): Promise<ExitCode> =>
  delivered(talk, (await talk.client.post(`${API}/deliveries/${encodeURIComponent(delivery)}/redeliver`)).data);

export const REDELIVER = 'Deliver once more what was delivered, or failed; exit 0 or 1. The id is that of a delivery.';
