import type { ApplyRequest, SuggestRequest } from '../../../llm/ports/index.js';
import type { ApplySuggestionDto, SuggestDto } from './suggestion-bodies.js';

/** What a body asks for. */
export const suggestRequest = ({ history, ...wanted }: SuggestDto): SuggestRequest => ({
  ...wanted,
  ...(history && {
    history: {
      ...(history.window !== undefined && { windowDays: history.window }),
      ...(history.minRuns !== undefined && { minRuns: history.minRuns }),
    },
  }),
});

/** How a body wants a suggestion applied. */
export const applyRequest = ({ canary, runs = canary?.runs, ...wanted }: ApplySuggestionDto): ApplyRequest => ({
  ...wanted,
  ...(runs !== undefined && { runs }),
  ...(canary && { canary: { share: canary.share } }),
});
