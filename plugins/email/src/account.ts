import { fatal, type Credential, type Infer } from '@tekton/harmonia/plugin';

const SECURITY = ['tls', 'starttls', 'none'] as const;

/** How a connection is protected: `tls` from its first byte, `starttls` before anything is said, `none`: not at all. */
export type Security = (typeof SECURITY)[number];

export const SETTINGS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    host: { type: 'string', minLength: 1, description: 'The SMTP server of accounts that name none.' },
    port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Default: 465 for `tls`, else 587.' },
    secure: { enum: SECURITY, description: 'Default: `tls` for port 465, else `starttls`.' },
    from: { type: 'string', minLength: 3, description: 'The sender of messages that name none.' },
    ca: { type: 'string', description: 'Certificates (PEM) that are trusted in place of the public ones.' },
    allow_hosts: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'Servers that credentials may name although their addresses are not public.',
    },
    max_bytes: {
      type: 'integer',
      minimum: 1,
      maximum: 104_857_600,
      description: 'Of texts and attachments of one message. Default 25 MiB.',
    },
  },
} as const;

export type Settings = Infer<typeof SETTINGS>;

/** A server and who one is to it. */
export interface Account {
  readonly host: string;
  readonly port: number;
  readonly secure: Security;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly from: string | undefined;
  readonly ca: string | undefined;
  /** The operator of the service named this host: its address need not be public. */
  readonly isTrusted: boolean;
}

const FIELDS: readonly string[] = ['host', 'port', 'secure', 'username', 'password', 'from'];
const IMPLICIT_TLS = 465;
const SUBMISSION = 587;

const wrong = (message: string): Error => fatal('account_invalid', message);

const fieldsOf = (credential: Credential | undefined): Readonly<Record<string, string>> => {
  if (credential === undefined) return {};
  if (credential.type === 'basic') return { username: credential.username, password: credential.password };
  if (credential.type !== 'custom') throw wrong(`A credential of the type ${credential.type} is no SMTP account.`);
  const unknown = Object.keys(credential.fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined)
    throw wrong(`The credential has a field that no SMTP account has. There are: ${FIELDS.join(', ')}.`);
  return credential.fields;
};

const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrong('`port` of the credential must be a number from 1 to 65535.');
  return port;
};

const securityOf = (text: string): Security => {
  const found = SECURITY.find((one) => one === text);
  if (found === undefined) throw wrong(`\`secure\` of the credential must be one of ${SECURITY.join(', ')}.`);
  return found;
};

const loginOf = ({ username, password }: Readonly<Record<string, string>>): Account['login'] => {
  if (username !== undefined && password !== undefined) return { user: username, pass: password };
  if (username === undefined && password === undefined) return undefined;
  throw wrong('A credential with `username` has `password`, too, and the other way round.');
};

const sameHost = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The account that a credential and the settings make together. What the credential says wins. */
export const accountOf = (credential: Credential | undefined, settings: Settings): Account => {
  const fields = fieldsOf(credential);
  const host = fields.host ?? settings.host;
  if (host === undefined || host === '')
    throw wrong('No SMTP server: name it in the setting `host`, or in the field `host` of the credential.');
  // The port of the settings belongs to the server of the settings.
  const ours = fields.host === undefined ? settings : {};
  const givenPort = fields.port === undefined ? ours.port : portOf(fields.port);
  const givenSecurity = fields.secure === undefined ? ours.secure : securityOf(fields.secure);
  const secure = givenSecurity ?? (givenPort === IMPLICIT_TLS ? 'tls' : 'starttls');
  return {
    host,
    port: givenPort ?? (secure === 'tls' ? IMPLICIT_TLS : SUBMISSION),
    secure,
    login: loginOf(fields),
    from: fields.from ?? settings.from,
    ca: settings.ca,
    isTrusted: fields.host === undefined || (settings.allow_hosts ?? []).some((allowed) => sameHost(allowed, host)),
  };
};
