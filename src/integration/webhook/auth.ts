/** How signatures of a sender look. */
export interface SignatureScheme {
  /** Header that the signature stands in. */
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha512' | 'sha1';
  readonly encoding: 'hex' | 'base64';
  /** Text before the signature, `sha256=`. */
  readonly prefix: string;
  /** What is signed: `{body}` and `{timestamp}` stand for themselves. */
  readonly signed: string;
  /** Header of the time in seconds. */
  readonly timestampHeader?: string;
  /** The header is a list `t=…,v1=…`: the names of the time and of the signatures. */
  readonly pairs?: { readonly timestamp: string; readonly signature: string };
}

/** How the requests of a webhook prove where they come from. Credentials by name: any one of them counts. */
export type WebhookAuth =
  | { readonly type: 'none' }
  | { readonly type: 'basic' | 'bearer'; readonly credentials: readonly string[] }
  | {
      readonly type: 'api_key';
      readonly credentials: readonly string[];
      readonly in: 'header' | 'query';
      readonly name: string;
    }
  | {
      readonly type: 'hmac';
      readonly credentials: readonly string[];
      readonly scheme: SignatureScheme;
      /** Seconds that the time may be off, either way. */
      readonly tolerance: number;
    }
  | { readonly type: 'standard_webhooks'; readonly credentials: readonly string[]; readonly tolerance: number };

export const AUTH_TYPES = ['none', 'basic', 'bearer', 'api_key', 'hmac', 'standard_webhooks'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** Of senders that many have to do with. */
export const KNOWN_SCHEMES: Readonly<Record<'github' | 'slack' | 'stripe', SignatureScheme>> = {
  github: {
    ...{ header: 'x-hub-signature-256', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=' },
    signed: '{body}',
  },
  slack: {
    ...{ header: 'x-slack-signature', algorithm: 'sha256', encoding: 'hex', prefix: 'v0=' },
    signed: 'v0:{timestamp}:{body}',
    timestampHeader: 'x-slack-request-timestamp',
  },
  stripe: {
    ...{ header: 'stripe-signature', algorithm: 'sha256', encoding: 'hex', prefix: '' },
    signed: '{timestamp}.{body}',
    pairs: { timestamp: 't', signature: 'v1' },
  },
};
