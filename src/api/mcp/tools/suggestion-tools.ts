import { suggestionInBody, workflowInBody } from '../../access/route-access.js';
import { uuidAt } from '../../rest/validation.js';
import { Flag, Id, OneOf, Strict, Text } from '../../rest/dto/fields.js';
import { suggestionIdOf } from '../../rest/suggestions/suggestion-id.js';
import { ApplySuggestionDto, STATUSES, SuggestDto } from '../../rest/suggestions/suggestion-bodies.js';
import { applyRequest, suggestRequest } from '../../rest/suggestions/suggestion-requests.js';
import { shownSuggestion, shownSuggestions } from '../../rest/suggestions/present-suggestion.js';
import { answer, defineTool, listOf, object, text, type Tool } from '../tool.js';
import { quoted } from '../consent.js';
import { CONFIRM } from './confirmation.js';
import { listed, listSchema, PageArguments, partOf } from './paging.js';

const about = { category: 'workflow_optimization', tags: ['suggestion', 'optimizer'] } as const;

@Strict()
class SuggestArguments extends SuggestDto {
  @Id({ required: true })
  workflow_id!: string;
}

@Strict()
class ListSuggestionsArguments extends PageArguments {
  @Id({ required: true })
  workflow_id!: string;

  @OneOf(STATUSES)
  status?: (typeof STATUSES)[number];
}

@Strict()
class SuggestionArguments {
  @Text(64, { required: true, description: 'As SuggestImprovements or ListSuggestions gives it.' })
  suggestion_id!: string;
}

@Strict()
class ApplyArguments extends ApplySuggestionDto {
  @Text(64, { required: true })
  suggestion_id!: string;

  @Text(100, { description: 'The version that was seen; another current one by now is refused.' })
  version?: string;

  @Flag({ description: CONFIRM })
  override confirm?: boolean;
}

@Strict()
class DismissArguments extends SuggestionArguments {
  @Text(4000, { required: true, description: 'Why. It is not offered again.' })
  reason!: string;
}

const suggest = defineTool({
  ...about,
  name: 'SuggestImprovements',
  about: workflowInBody,
  title: 'Find improvements of a workflow',
  description:
    'Find what would make the current version of a workflow faster, cheaper or more reliable. Each suggestion is proved before anyone sees it; nothing is changed.',
  access: 'write',
  reachesOut: true,
  rate: 'models',
  input: SuggestArguments,
  output: answer({ suggestions: listOf(object), rejected: listOf(object), questions: listOf(object) }),
  run: async ({ suggestions }, { workflow_id: workflow, ...wanted }) =>
    shownSuggestions(await suggestions.suggest(uuidAt(workflow, '/workflow_id'), suggestRequest(wanted))),
});

const list = defineTool({
  ...about,
  name: 'ListSuggestions',
  about: workflowInBody,
  title: 'List suggestions',
  description: 'List the suggestions that are kept for a workflow, the best first.',
  access: 'read',
  input: ListSuggestionsArguments,
  output: answer(listSchema('suggestions', object)),
  run: async ({ suggestions }, { workflow_id: workflow, status, ...page }) => {
    const part = partOf(page);
    const { items, total } = await suggestions.list({
      ...{ workflow: uuidAt(workflow, '/workflow_id'), ...part },
      ...(status !== undefined && { status }),
    });
    return listed('suggestions', items.map(shownSuggestion), { ...part, total });
  },
});

const preview = defineTool({
  ...about,
  name: 'PreviewSuggestion',
  about: suggestionInBody,
  title: 'What a suggestion would change',
  description: 'Show the workflow as it would be, the patch, and a simulated run before and after. Changes nothing.',
  access: 'read',
  rate: 'models',
  input: SuggestionArguments,
  output: answer({ workflow: object, patch: listOf(object), simulation: object }),
  run: ({ suggestions }, { suggestion_id: suggestion }) => suggestions.preview(suggestionIdOf(suggestion)),
});

const apply = defineTool({
  ...about,
  name: 'ApplySuggestion',
  about: suggestionInBody,
  title: 'Apply a suggestion',
  description:
    'Make a new version of a workflow as a suggestion says, once it is proved again. Only once a person has agreed; look at PreviewSuggestion first.',
  access: 'write',
  input: ApplyArguments,
  consent: {
    ofPrograms: true,
    to: async ({ suggestions }, { suggestion_id: suggestion }) => {
      const { title, workflowId } = (await suggestions.get(suggestionIdOf(suggestion))).suggestion;
      return `Apply ${quoted(title)} to the workflow ${workflowId}`;
    },
  },
  output: answer({ workflowId: text, version: text }),
  run: async ({ suggestions }, { suggestion_id: text, version, ...body }) => {
    const key = suggestionIdOf(text);
    const seen = version === undefined ? {} : { ifMatch: version };
    // Whether somebody has agreed was asked; it is not always the arguments that say it.
    return suggestions.apply(key, { ...applyRequest({ ...body, confirm: true }), ...seen });
  },
});

const dismiss = defineTool({
  ...about,
  name: 'DismissSuggestion',
  about: suggestionInBody,
  title: 'Dismiss a suggestion',
  description: 'Say that a suggestion is not wanted. It is not offered again.',
  access: 'write',
  input: DismissArguments,
  output: answer({ status: text }),
  run: async ({ suggestions }, { suggestion_id: suggestion, reason }) =>
    shownSuggestion(await suggestions.dismiss(suggestionIdOf(suggestion), reason)),
});

export const SUGGESTION_TOOLS: readonly Tool[] = [suggest, list, preview, apply, dismiss];
