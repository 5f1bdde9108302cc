import { isJsonObject, type Json } from '../../kernel/index.js';
import { text } from '../server-commands.js';

/** That a model gave less than was asked for. That none is configured is how it is, and no news. */
export const lessThanAsked = (degraded: Json | undefined): readonly string[] =>
  isJsonObject(degraded ?? null) && (degraded as { reason?: Json }).reason !== 'not_configured'
    ? [`less than was asked for: ${text((degraded as { reason?: Json }).reason)}`]
    : [];
