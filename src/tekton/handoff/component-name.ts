const NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** Whether a text may be the name of a component: it becomes a key of files. */
export const isComponentName = (text: string): boolean => NAME.test(text);

/** Whether a text names Harmonia: as itself, or as a stage of the pipeline, `Ready-2:Harmonia`. Nothing but the whole name counts. */
export const isHarmonia = (text: unknown): boolean =>
  typeof text === 'string' && /^(?:ready-2:)?harmonia$/i.test(text.trim());
