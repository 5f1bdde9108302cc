/** Command lines of the platform. */
export { CLI_EXIT, componentProgram, runProgram, type ProgramOptions, type ProgramWords } from './program.js';
