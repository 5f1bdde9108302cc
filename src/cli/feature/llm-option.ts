import { Option } from 'commander';

/** `--llm`, the same for all commands that may ask a model. */
export const llmOption = (): Option =>
  new Option('--llm <when>', 'whether a model is asked (default auto)').choices(['auto', 'never', 'require']);
