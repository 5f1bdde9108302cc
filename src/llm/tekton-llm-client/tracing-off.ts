/** Any of these makes LangChain send what it sees to LangSmith, or print it. */
const SWITCHES = ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2'];
/** LangChain takes any text for yes here, `false` too. */
const TRAPS = ['LANGCHAIN_TRACING', 'LANGCHAIN_VERBOSE'];

/**
 * Closes the door to LangSmith, and to the console. To be called before LangChain is loaded; it holds for the process.
 * LangChain reads the environment itself, at each call: there is no other way to tell it.
 */
export const turnTracingOff = (): void => {
  /* eslint-disable no-restricted-properties -- written, not read: a library is configured by it */
  for (const name of SWITCHES) process.env[name] = 'false';
  for (const name of TRAPS) delete process.env[name];
  /* eslint-enable no-restricted-properties */
};
