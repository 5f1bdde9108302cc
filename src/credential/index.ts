/** Credentials: named, typed, encrypted at rest. */
export {
  Credentials,
  type CredentialFilter,
  type CredentialParts,
  type KnownCredential,
  type RotationReport,
} from './credentials.js';
export { isCredentialName, isManagedName } from './credential-name.js';
export { credentialsIn } from './document-uses.js';
export { givenKeyFile, givenKeys } from './key/given-keys.js';
export { ownKeyFile } from './key/key-file.js';
export type { KeySource } from './key/key-source.js';
export { readCredential, type WrittenCredential } from './read-credential.js';
export { CREDENTIAL_FIELDS, LONGEST_DESCRIPTION, LONGEST_SECRET, MOST_CUSTOM_FIELDS } from './credential-fields.js';
export { publicFields } from './public-fields.js';
