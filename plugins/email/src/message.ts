import { createHash } from 'node:crypto';
import { fatal, type Infer } from '@tekton/harmonia/plugin';

const MAX_RECIPIENTS = 100;
/** A header holds none: a line break would begin another one. */
const ONE_LINE = '^[^\\x00-\\x1f\\x7f]*$';

const MAILBOX = { type: 'string', minLength: 3, maxLength: 500, pattern: ONE_LINE } as const;
const MAILBOXES = {
  anyOf: [MAILBOX, { type: 'array', items: MAILBOX, minItems: 1, maxItems: MAX_RECIPIENTS }],
} as const;

export const INPUT = {
  type: 'object',
  required: ['to', 'subject'],
  additionalProperties: false,
  properties: {
    to: { ...MAILBOXES, description: '`ada@example.com` or `Ada Lovelace <ada@example.com>`; one, or a list.' },
    cc: MAILBOXES,
    bcc: { ...MAILBOXES, description: 'They get the message; the others do not see it.' },
    from: { ...MAILBOX, description: 'Default: that of the account.' },
    reply_to: MAILBOX,
    subject: { type: 'string', maxLength: 900, pattern: ONE_LINE },
    text: { type: 'string', description: 'The body. With `html` beside it: for those who read no HTML.' },
    html: { type: 'string' },
    attachments: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['filename', 'content'],
        additionalProperties: false,
        properties: {
          filename: { type: 'string', minLength: 1, maxLength: 200, pattern: ONE_LINE },
          content: { type: 'string' },
          encoding: { enum: ['text', 'base64'], description: 'Of `content`. Default: text.' },
          content_type: {
            type: 'string',
            maxLength: 100,
            pattern: '^[\\w.+-]+/[\\w.+-]+$',
            description: 'Default: by the name of the file.',
          },
          content_id: {
            type: 'string',
            maxLength: 100,
            pattern: '^[\\w.@-]+$',
            description: 'How the HTML refers to it: `cid:logo`.',
          },
        },
      },
    },
    timeout: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 86_400,
      description: 'Seconds for all of it. Default: 120.',
    },
  },
} as const;

export type MessageInput = Infer<typeof INPUT>;

interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** A message in the words of the library: nothing in it is parsed again, and nothing leads to a file or a URL. */
export interface Message {
  readonly messageId: string;
  readonly from: Mailbox;
  readonly to: Mailbox[];
  readonly cc: Mailbox[];
  readonly bcc: Mailbox[];
  readonly replyTo: Mailbox | undefined;
  readonly subject: string;
  readonly date: Date;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: { filename: string; content: Buffer; contentType?: string; cid?: string }[];
}

const ATOM = '[^\\s<>()\\[\\],;:\\\\"@]+';
const ADDRESS = new RegExp(`^${ATOM}@${ATOM}$`);
const NAMED = /^\s*(?:"([^"\\]*)"|([^"<>\\]*?))\s*<([^<>]+)>\s*$/;
const LONGEST_ADDRESS = 254;

const mismatch = (message: string): Error => fatal('schema_mismatch', message);

/** One mailbox. A list or a group in one text is refused: the number of recipients is what the workflow says. */
const mailboxOf = (text: string, field: string): Mailbox => {
  const named = NAMED.exec(text);
  const address = (named?.[3] ?? text).trim();
  if (!ADDRESS.test(address) || address.length > LONGEST_ADDRESS)
    throw mismatch(
      `\`${field}\` holds "${text.slice(0, 100)}", which is no address. Write ada@example.com or Ada <ada@example.com>.`,
    );
  return { name: named?.[1] ?? named?.[2] ?? '', address };
};

const mailboxesOf = (given: string | readonly string[] | undefined, field: string): Mailbox[] => {
  const texts = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  return texts.map((text) => mailboxOf(text, field));
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const bytesOf = ({
  filename,
  content,
  encoding = 'text',
}: {
  filename: string;
  content: string;
  encoding?: string;
}): Buffer => {
  if (encoding === 'text') return Buffer.from(content);
  const packed = content.replace(/\s+/g, '');
  // Node would skip what is no base64 and send what is left.
  if (!BASE64.test(packed)) throw mismatch(`The content of the attachment "${filename}" is no base64.`);
  return Buffer.from(packed, 'base64');
};

/** Equal on all attempts of a step, so that those who get a message twice can tell. */
const messageIdOf = (key: string, { address }: Mailbox): string => {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `<${hash}@${address.slice(address.lastIndexOf('@') + 1)}>`;
};

export interface MessageParts {
  readonly input: MessageInput;
  /** Of the account. */
  readonly from: string | undefined;
  readonly key: string;
  /** ms since 1970 */
  readonly at: number;
  readonly maxBytes: number;
}

export const messageOf = ({ input, from, key, at, maxBytes }: MessageParts): Message => {
  const sender = input.from ?? from;
  if (sender === undefined)
    throw mismatch('No sender: give `from`, or set it in the settings of the plugin or in the credential.');
  const { text, html } = input;
  if (text === undefined && html === undefined) throw mismatch('A message has `text`, `html`, or both.');
  const [to, cc, bcc] = [mailboxesOf(input.to, 'to'), mailboxesOf(input.cc, 'cc'), mailboxesOf(input.bcc, 'bcc')];
  const recipients = to.length + cc.length + bcc.length;
  if (recipients > MAX_RECIPIENTS)
    throw mismatch(`A message has ${MAX_RECIPIENTS} recipients at most; this one has ${recipients}.`);
  const attachments = (input.attachments ?? []).map((one) => ({
    filename: one.filename,
    content: bytesOf(one),
    ...(one.content_type !== undefined && { contentType: one.content_type }),
    ...(one.content_id !== undefined && { cid: one.content_id }),
  }));
  const size =
    Buffer.byteLength(text ?? '') +
    Buffer.byteLength(html ?? '') +
    attachments.reduce((sum, { content }) => sum + content.length, 0);
  if (size > maxBytes) throw fatal('email_too_large', `The message has ${size} bytes; ${maxBytes} are allowed.`);
  const mailbox = mailboxOf(sender, 'from');
  return {
    messageId: messageIdOf(key, mailbox),
    from: mailbox,
    to,
    cc,
    bcc,
    replyTo: input.reply_to === undefined ? undefined : mailboxOf(input.reply_to, 'reply_to'),
    subject: input.subject,
    date: new Date(at),
    text,
    html,
    attachments,
  };
};
