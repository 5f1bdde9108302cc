/** Conversations in memory. */
export {
  ConversationContexts,
  messagesWithin,
  type ConversationContext,
  type ConversationMessage,
  type ConversationRole,
} from './conversation-contexts.js';
