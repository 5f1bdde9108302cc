import type { JsonObject } from '../../../kernel/index.js';
import type { CandidateObjection } from './objection.js';
import { textsOf, type PlacedText } from './texts-of.js';

/** Fields that hold what nobody should read. */
const SECRET_FIELD =
  /(?:^|[_-])(?:password|passwd|passphrase|secret|token|api[_-]?key|apikey|authorization|private[_-]?key|access[_-]?key|cookie)$/i;
/** Forms that keys of well-known services have. */
const SECRET_TEXT =
  /\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,})|-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
/** Name and password in an address. */
const USER_INFO = /[a-z][a-z0-9+.-]{0,20}:[/\\]{1,10}[^/\\?#\s"'@]{1,200}@/i;
const SECRET = /\$\{\s*secrets[.[]/;

const reasonOf = ({ text, key }: PlacedText): string | undefined => {
  if (SECRET_TEXT.test(text)) return 'it has a key in clear';
  if (USER_INFO.test(text)) return 'it has a login in an address';
  if (!SECRET_FIELD.test(key) || text === '' || SECRET.test(text)) return undefined;
  // A reference to a value that is not known here is not a secret in clear.
  return /^\$\{[^"']*\}$/.test(text) ? undefined : `"${key}" is in clear; a secret is \${secrets.name}`;
};

/** The first place of a definition that has a credential in clear. What stands there is not repeated. */
export const literalSecret = (definition: JsonObject): CandidateObjection | undefined => {
  for (const placed of textsOf(definition)) {
    const detail = reasonOf(placed);
    if (detail !== undefined)
      return { gate: 'referents', reason: 'literal_credential', detail, pointer: placed.pointer };
  }
  return undefined;
};
