/** Keeps what comes in until it has had its effect, once. */
export { failureOf } from './attempt.js';
export { Inbox, type InboxOptions, type InboxParts } from './inbox.js';
