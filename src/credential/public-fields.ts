import type { JsonObject } from '../kernel/index.js';
import type { Credential } from '../plugin/contract/index.js';

/** What of a credential may be seen: the names of accounts, headers, parameters and fields. */
export const publicFields = (credential: Credential): JsonObject => {
  switch (credential.type) {
    case 'basic':
      return { username: credential.username };
    case 'api_key': {
      const { header, query } = credential;
      return { ...(header !== undefined && { header }), ...(query !== undefined && { query }) };
    }
    case 'custom':
      return { fields: Object.keys(credential.fields) };
    case 'secret':
    case 'bearer':
    case 'hmac':
      return {};
  }
};
