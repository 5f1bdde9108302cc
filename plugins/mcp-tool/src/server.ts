import { fatal, type Credential, type Infer } from '@tekton/harmonia/plugin';

const REMOTE = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { type: 'string', pattern: '^https?://', description: 'Of its Streamable HTTP endpoint.' },
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Sent with every request. No secrets.',
    },
  },
} as const;

const LOCAL = {
  type: 'object',
  required: ['command'],
  additionalProperties: false,
  properties: {
    command: {
      type: 'string',
      minLength: 1,
      description: 'A program that speaks MCP on its standard input and output.',
    },
    args: { type: 'array', items: { type: 'string' } },
    env: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Its environment, beside PATH and HOME. No secrets.',
    },
    cwd: { type: 'string', minLength: 1 },
  },
} as const;

export const SETTINGS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    servers: {
      type: 'object',
      additionalProperties: { oneOf: [REMOTE, LOCAL] },
      description: 'The MCP servers there are, by the names that tasks use.',
    },
  },
} as const;

export const SLOTS = {
  server: {
    types: ['bearer', 'custom'],
    optional: true,
    description: 'bearer: the token for a server with a `url`. custom: environment variables for one with a `command`.',
  },
} as const;

export interface RemoteServer {
  readonly is: 'remote';
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LocalServer {
  readonly is: 'local';
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

export type Server = RemoteServer | LocalServer;

interface Settings {
  readonly servers?: Readonly<Record<string, Infer<typeof REMOTE> | Infer<typeof LOCAL>>>;
}

const invalid = (message: string): Error => fatal('mcp_server_invalid', message);

/** The server that a task names, with its credential. Only what the settings name can be reached or run. */
export const serverOf = (name: string, config: object, credential: Credential | undefined): Server => {
  const { servers = {} } = config as Settings;
  const settings = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (settings === undefined) {
    const known = Object.keys(servers).join(', ') || 'none';
    throw fatal('mcp_server_unknown', `No server "${name}" in the settings of the plugin mcp. There are: ${known}.`);
  }
  if ('url' in settings) {
    if (credential && credential.type !== 'bearer')
      throw invalid(`"${name}" is reached over HTTP: its credential is of the type bearer.`);
    const authorization = credential && { authorization: `Bearer ${credential.token}` };
    return { is: 'remote', name, url: settings.url, headers: { ...settings.headers, ...authorization } };
  }
  if (credential && credential.type !== 'custom')
    throw invalid(
      `"${name}" is a program: its credential is of the type custom, and its fields are environment variables.`,
    );
  const { command, args = [], env = {}, cwd } = settings;
  return {
    is: 'local',
    name,
    command,
    args,
    env: { ...(env as Readonly<Record<string, string>>), ...credential?.fields },
    cwd,
  };
};
