import type { CatalogueEntry } from '../catalogue-entry.js';

export const LLM_ERRORS = {
  llm_unavailable: {
    status: 503,
    message: 'No language model can be asked: {reason}.',
    cure: 'See GET /api/v1/llm/status; configure RHETOR_URL or OPENAI_BASE_URL, or try again later.',
  },
  llm_no_answer: {
    status: 503,
    message: 'No language model gave an answer, and nothing else can: {reason}.',
    cure: 'details.reason says why; docs/guides/language-models.md says what each word means, and GET /api/v1/llm/status which models there are.',
  },
  llm_unreachable: {
    status: 503,
    message: '{transport} cannot be reached: {reason}.',
    cure: 'Start it, or correct its address; see GET /api/v1/llm/status.',
  },
  llm_timeout: {
    status: 504,
    message: '{transport} gave no answer within {seconds} s.',
    cure: 'Try again later, ask for less, or raise TEKTON_LLM_TIMEOUT.',
  },
  llm_unauthorized: {
    status: 502,
    message: '{transport} refused the credentials of this service (HTTP {status}).',
    cure: 'Correct RHETOR_AUTH_TOKEN or OPENAI_API_KEY and start the service again.',
  },
  llm_invalid_request: {
    status: 502,
    message: '{transport} refused the request: {reason}.',
    cure: 'Ask with a model and parameters that the endpoint knows.',
  },
  llm_prompt_too_large: {
    status: 413,
    message: 'The prompt has {size} bytes; {transport} takes {limit}.',
    cure: 'Ask with fewer words, or configure an OpenAI-compatible endpoint.',
  },
  llm_rate_limited: {
    status: 503,
    message: '{transport} takes no more requests for now (HTTP 429): {reason}.',
    cure: 'Try again later, or raise the limit with the provider.',
  },
  llm_failed: {
    status: 502,
    message: '{transport} failed: {reason}.',
    cure: 'See the log of the service that answered; another transport is tried when there is one.',
  },
  llm_leaked_error: {
    status: 502,
    message: '{transport} gave an error as if it were an answer: {reason}.',
    cure: 'See the log of Rhetor and of the specialist behind it.',
  },
  llm_all_failed: {
    status: 502,
    message: 'No transport answered: {reason}.',
    cure: 'See GET /api/v1/llm/status.',
  },
  llm_unusable_answer: {
    status: 502,
    message: 'The model {model} answered nothing that fits what was asked: {reason}.',
    cure: 'Ask with a simpler schema, or a stronger model.',
  },
  llm_refused: {
    status: 502,
    message: 'The model {model} refused to answer: {reason}.',
    cure: 'Ask for something else, or another model.',
  },
  llm_budget_exceeded: {
    status: 429,
    message:
      'The budget of {scope} has no room for this request: {spent} of {limit} {unit} are spent or promised, and it may take {asked}.',
    cure: 'Ask again when the budget is whole again (GET /api/v1/llm/usage shows what was spent), ask for less, or raise the budget.',
  },
  llm_prompt_broken: {
    status: 500,
    message: 'The prompt {id} cannot be used: {reason}.',
    cure: 'Install this version of Harmonia again: a file in its folder prompts was changed or is missing.',
  },
} as const satisfies Record<string, CatalogueEntry>;
