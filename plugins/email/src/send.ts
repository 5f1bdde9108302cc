import { defineTask, transient, type AbortSignalLike } from '@tekton/harmonia/plugin';
import { accountOf, SETTINGS, type Account } from './account.js';
import { INPUT, messageOf, type Message } from './message.js';
import { serverAddress } from './server-address.js';
import { rejectionsOf, smtpFailure } from './smtp-failure.js';

const MAX_BYTES = 25 * 2 ** 20;
/** s */
const PATIENCE = 120;

const OUTPUT = {
  type: 'object',
  required: ['message_id', 'accepted', 'rejected', 'response'],
  properties: {
    message_id: { type: 'string' },
    accepted: { type: 'array', items: { type: 'string' }, description: 'Recipients that the server took.' },
    rejected: {
      type: 'array',
      description: 'Recipients that it did not take, though it took others.',
      items: {
        type: 'object',
        required: ['address', 'code', 'message'],
        properties: { address: { type: 'string' }, code: { type: 'integer' }, message: { type: 'string' } },
      },
    },
    response: { type: 'string', description: 'What the server said in the end.' },
  },
} as const;

interface Sent {
  readonly messageId: string;
  readonly accepted: readonly (string | { address?: string })[];
  readonly response: string;
  readonly rejectedErrors?: Parameters<typeof rejectionsOf>[0];
}

const plain = (address: string | { address?: string }): string =>
  typeof address === 'string' ? address : (address.address ?? '');

const hand = async (message: Message, account: Account, signal: AbortSignal): Promise<Sent> => {
  const address = await serverAddress(account.host, account.isTrusted);
  // Loaded by the first message: most services send none, and a start should not wait for it.
  const { createTransport } = await import('nodemailer');
  const { port, secure, login, ca, host } = account;
  const transport = createTransport({
    host: address,
    port,
    secure: secure === 'tls',
    requireTLS: secure === 'starttls',
    ignoreTLS: secure === 'none',
    tls: { servername: host, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    ...(login && { auth: login }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return (await transport.sendMail({ ...message, signal })) as Sent;
};

/** The signal of the attempt, and an end to patience. */
const deadlineOf = (signal: AbortSignalLike, seconds: number): { all: AbortSignal; own: AbortSignal } => {
  const own = AbortSignal.timeout(Math.ceil(seconds * 1000));
  return { own, all: AbortSignal.any([signal as AbortSignal, own]) };
};

export const send = defineTask({
  id: 'send',
  title: 'Send an e-mail',
  icon: '✉️',
  description:
    'Sends one message by SMTP, with text, HTML and attachments. Its output says which recipients the server took.',
  effects: 'write',
  input: INPUT,
  output: OUTPUT,
  config: SETTINGS,
  credentials: {
    account: {
      types: ['custom', 'basic'],
      optional: true,
      description:
        'custom: host, port, secure, username, password, from. basic: the login to the server of the settings.',
    },
  },
  run: async (input, context) => {
    const account = accountOf(context.secrets.account, context.config);
    const message = messageOf({
      input,
      from: account.from,
      key: context.idempotencyKey,
      at: context.firstStartedAt,
      maxBytes: context.config.max_bytes ?? MAX_BYTES,
    });
    const seconds = input.timeout ?? PATIENCE;
    const { all, own } = deadlineOf(context.signal, seconds);
    // SMTP knows no idempotency key: what was sent is recorded, so that only a crash in between sends it again.
    return context.once('send', async () => {
      try {
        const { messageId, accepted, response, rejectedErrors } = await hand(message, account, all);
        return {
          message_id: messageId,
          accepted: accepted.map(plain),
          rejected: rejectionsOf(rejectedErrors),
          response,
        };
      } catch (error) {
        if (own.aborted && !context.signal.aborted)
          throw transient('timeout', `${account.host} did not take the message within ${seconds} s.`, { cause: error });
        throw smtpFailure(error, account.host);
      }
    });
  },
});
