import { Liquid } from 'liquidjs';
import type { TemplateInput } from '../inputs.js';
import { MOST_BYTES } from '../bounds.js';
import { Late, Wrong, type Deadline } from './wrong.js';

/** Characters of templates. */
const MOST_PARSED = 2 ** 20;
const DATE_FILTERS = ['date', 'date_to_xmlschema', 'date_to_rfc822', 'date_to_string', 'date_to_long_string'];

type Filter = (this: unknown, value: unknown, ...more: unknown[]) => unknown;

/** An engine that reads no file, knows no clock and no chance, and sees own properties only. */
const engineFor = (strict: boolean): Liquid => {
  const engine = new Liquid({
    // In memory: `include`, `render` and `layout` find nothing.
    templates: {},
    strictFilters: true,
    strictVariables: strict,
    ownPropertyOnly: true,
    timezoneOffset: 0,
    locale: 'en-US',
    parseLimit: MOST_PARSED,
    memoryLimit: MOST_BYTES,
  });
  for (const name of DATE_FILTERS) {
    const original = engine.filters[name] as Filter;
    engine.registerFilter(name, function (this: unknown, value: unknown, ...more: unknown[]) {
      if (value === 'now' || value === 'today')
        throw new Error(`there is no "${value}" here; hand the time in: \`data: { now: "\${now()}" }\``);
      return original.call(this, value, ...more);
    });
  }
  engine.registerFilter('sample', () => {
    throw new Error('there is no `sample` here: a template gives the same each time');
  });
  return engine;
};

const reasonOf = (error: unknown): string => (error as Error).message.split('\n')[0]?.slice(0, 1000) ?? '';

export const template = async ({ template: text, data = {}, strict = true }: TemplateInput, deadline: Deadline) => {
  const engine = engineFor(strict);
  let parsed;
  try {
    parsed = engine.parse(text);
  } catch (error) {
    throw new Wrong('template_invalid', `The template cannot be read: ${reasonOf(error)}`);
  }
  try {
    return (await engine.render(parsed, data, { renderLimit: deadline.left })) as unknown;
  } catch (error) {
    if (/template render limit exceeded/.test((error as Error).message)) throw new Late();
    throw new Wrong('template_failed', `The template failed: ${reasonOf(error)}`);
  }
};
