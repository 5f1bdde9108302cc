/** Command lines of the platform. */
export { Interruption } from './interruption.js';
export {
  CLI_EXIT,
  componentProgram,
  logLevelOption,
  runProgram,
  type ProgramOptions,
  type ProgramRun,
  type ProgramWords,
} from './program.js';
