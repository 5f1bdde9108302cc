/** Keeps what comes in until it has had its effect, once. */
export { targetOrFailure, type InboundAction, type InboundRule } from './action.js';
export { ActionReader, type ActionChecks } from './action-reader.js';
export { deliveryWords } from './delivery-words.js';
export { Inbox, PATIENCE, type InboxOptions, type InboxParts } from './inbox.js';
export { senderOf, sourceOf } from './source.js';
