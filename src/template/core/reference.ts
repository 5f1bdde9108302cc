import { validRange } from 'semver';

/** A template that another one is made of. */
export interface TemplateReference {
  /** Its id or name. */
  readonly template: string;
  /** As in package.json; absent: the current version. */
  readonly range: string | undefined;
}

const LONGEST = 400;

/** `lint`, `lint@^1.2`, `6f1c…@1.0.0`. Undefined: it is no reference. */
export const parseReference = (text: string): TemplateReference | undefined => {
  if (text.length > LONGEST) return undefined;
  const at = text.lastIndexOf('@');
  const template = (at > 0 ? text.slice(0, at) : text).trim();
  const range = at > 0 ? text.slice(at + 1).trim() : undefined;
  if (template === '' || template.startsWith('@')) return undefined;
  if (range !== undefined && validRange(range) === null) return undefined;
  return { template, range };
};
