/** How assistants ask a language model: one question, one answer, within a budget. */
export {
  modelFor,
  ModelAsker,
  type AskBudget,
  type AsksModels,
  type LlmChoice,
  type ModelAnswer,
  type ModelAskerParts,
  type ModelQuestion,
} from './model-asker.js';
