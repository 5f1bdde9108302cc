/** What each kind of credential holds. */
export interface CredentialFields {
  /** One secret text. */
  readonly secret: { readonly value: string };
  /** A name and a password. */
  readonly basic: { readonly username: string; readonly password: string };
  /** A token for `Authorization: Bearer`. */
  readonly bearer: { readonly token: string };
  /** A key that travels in a header or in the query; absent names: as the service that is called wants it. */
  readonly api_key: { readonly key: string; readonly header?: string; readonly query?: string };
  /** A key for signatures. */
  readonly hmac: { readonly secret: string };
  /** Any named texts, such as those of an SMTP or a database account. */
  readonly custom: { readonly fields: Readonly<Record<string, string>> };
}

/** The name of a kind of credentials. */
export type CredentialType = keyof CredentialFields;

/** A credential in clear. What it holds is masked in whatever the task says and returns. */
export type Credential = {
  readonly [T in CredentialType]: { readonly type: T } & CredentialFields[T];
}[CredentialType];

/** The kinds of credentials that there are. */
export const CREDENTIAL_TYPES: readonly CredentialType[] = ['secret', 'basic', 'bearer', 'api_key', 'hmac', 'custom'];

/** What of a credential must never be seen: everything but the names of accounts, headers and parameters. */
export const secretTexts = (credential: Credential): readonly string[] => {
  switch (credential.type) {
    case 'secret':
      return [credential.value];
    case 'basic':
      return [credential.password, `${credential.username}:${credential.password}`];
    case 'bearer':
      return [credential.token];
    case 'api_key':
      return [credential.key];
    case 'hmac':
      return [credential.secret];
    case 'custom':
      return Object.values(credential.fields);
  }
};

/** A place for a credential. A task of a workflow fills it by name: `credentials: { account: my-github }`. */
export interface CredentialSlot<T extends CredentialType = CredentialType> {
  /** The kinds that fit. */
  readonly types: readonly T[];
  /** Default false: a task without it is refused when its workflow is saved. */
  readonly optional?: boolean;
  /** What it is for, for people. */
  readonly description?: string;
}

/** Places for credentials, by name: letters, digits and `_`, 64 characters at most. */
export type CredentialSlots = Readonly<Record<string, CredentialSlot>>;

/** The credentials that fill slots. */
export type FilledSlots<S> = {
  readonly [K in keyof S]: S[K] extends { readonly types: readonly (infer T)[] }
    ? Extract<Credential, { type: T }> | (S[K] extends { readonly optional: true } ? undefined : never)
    : never;
};
