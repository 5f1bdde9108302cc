import { isoInstant } from '../../../kernel/index.js';
import type { FollowUp, KeptSuggestion, SuggestAnswer, SuggestEvent } from '../../../llm/ports/index.js';
import type { FollowUpAnswer } from './follow-up-answers.js';
import type { SuggestionAnswer, SuggestionsAnswer } from './suggestion-answers.js';

const shownFollowUp = (followUp: FollowUp): FollowUpAnswer => {
  const { since, end, ...rest } = followUp;
  const about = { ...rest, since: isoInstant(since), end: end && { ...end, at: isoInstant(end.at) } };
  return 'settledAt' in about ? { ...about, settledAt: isoInstant(about.settledAt) } : about;
};

export const shownSuggestion = ({
  suggestion,
  status,
  createdAt,
  expiresAt,
  feedback,
  followUp,
}: KeptSuggestion): SuggestionAnswer => ({
  ...suggestion,
  status,
  createdAt: isoInstant(createdAt),
  expiresAt: isoInstant(expiresAt),
  feedback: feedback ? { ...feedback, at: isoInstant(feedback.at) } : null,
  followUp: followUp ? shownFollowUp(followUp) : null,
});

export const shownSuggestions = ({ suggestions, ...answer }: SuggestAnswer): SuggestionsAnswer => ({
  suggestions: suggestions.map(shownSuggestion),
  ...answer,
});

/** What an event carries, as the API shows it. */
export const shownEvent = (told: SuggestEvent): object =>
  told.event === 'suggestion' ? shownSuggestion(told.data) : told.data;
