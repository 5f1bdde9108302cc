import type { Credential, CredentialType } from '../plugin/contract/index.js';
import type { SecretSource } from '../plugin/ports/index.js';
import { isManagedName } from './credential-name.js';

/** What the secrets of tasks are made from. */
interface Behind {
  revision(): number;
  credential(name: string): Credential | undefined;
  typeOf(name: string): CredentialType | undefined;
  values(): readonly string[];
}

/** Secrets as tasks see them: what belongs to a feature is masked, but not given to them. */
export class TaskSecrets implements SecretSource {
  private readonly constant: ReadonlyMap<string, string>;

  constructor(
    constant: Readonly<Record<string, string>>,
    private readonly behind: Behind,
  ) {
    this.constant = new Map(Object.entries(constant));
  }

  get revision(): number {
    return this.behind.revision();
  }

  get(name: string): string | undefined {
    const constant = this.constant.get(name);
    if (constant !== undefined) return constant;
    const credential = this.credential(name);
    return credential?.type === 'secret' ? credential.value : undefined;
  }

  credential(name: string): Credential | undefined {
    return isManagedName(name) ? undefined : this.behind.credential(name);
  }

  /** Also of one that cannot be read. */
  typeOf(name: string): CredentialType | undefined {
    return isManagedName(name) ? undefined : this.behind.typeOf(name);
  }

  values(): readonly string[] {
    return this.behind.values();
  }
}
