import type { TalkSubject } from '../ports/index.js';

/** A verb and what it is done to, which was named before. */
const IT = /^(\/?\S+\s+)(it|that|this)(?=[\s?!.,]|$)/i;
const OF_EXECUTIONS = /^\/?(?:status|diagnose|pause|resume|cancel|stop)\b/i;
const OF_WORKFLOWS = /^\/?(?:start|run|execute|explain)\b/i;

/** What a message is about that says `it`; undefined: it does not, or nothing was talked about that it could mean. */
const meant = (message: string, { execution, workflow }: TalkSubject): string | undefined => {
  if (OF_EXECUTIONS.test(message)) return execution;
  return OF_WORKFLOWS.test(message) ? workflow : undefined;
};

/** `run it` in full. */
export const withoutPronoun = (message: string, about: TalkSubject): string => {
  const text = message.trim();
  const name = IT.test(text) ? meant(text, about) : undefined;
  return name === undefined ? message : text.replace(IT, (_, verb: string) => verb + name);
};

/** Whether a message wants the workflow to run that was proposed. */
export const asksForProposed = (message: string): boolean =>
  /^\/?(?:start|run|execute)\s+(?:it|that|this)(?=[\s?!.,]|$)/i.test(message.trim());
