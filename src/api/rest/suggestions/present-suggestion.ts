import { isoInstant } from '../../../kernel/index.js';
import type { KeptSuggestion, SuggestAnswer, SuggestEvent } from '../../../llm/ports/index.js';
import type { SuggestionAnswer, SuggestionsAnswer } from './suggestion-answers.js';

export const shownSuggestion = ({
  suggestion,
  status,
  createdAt,
  expiresAt,
  feedback,
}: KeptSuggestion): SuggestionAnswer => ({
  ...suggestion,
  status,
  createdAt: isoInstant(createdAt),
  expiresAt: isoInstant(expiresAt),
  feedback: feedback ? { ...feedback, at: isoInstant(feedback.at) } : null,
});

export const shownSuggestions = ({ suggestions, ...answer }: SuggestAnswer): SuggestionsAnswer => ({
  suggestions: suggestions.map(shownSuggestion),
  ...answer,
});

/** What an event carries, as the API shows it. */
export const shownEvent = (told: SuggestEvent): object =>
  told.event === 'suggestion' ? shownSuggestion(told.data) : told.data;
