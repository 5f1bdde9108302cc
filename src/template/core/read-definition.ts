import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import { scan } from '../../engine/core/index.js';
import { importDocument } from '../../workflow/dialect/index.js';
import { parametersIn, placeholder, stretchesOf } from './placeholder.js';

/** A definition in the canonical form, with `{{params.x}}` where a parameter stands. */
export interface ReadDefinition {
  readonly definition: JsonObject;
  readonly dialect: string;
  readonly warnings: readonly Fault[];
  /** Defaults that the definition states where it uses a parameter: `{{ coverage | default(80) }}`. */
  readonly defaults: ReadonlyMap<string, Json>;
}

/** Under this name a parameter is an input while the dialect is translated. */
const STAND_IN = '__params_';
const standIn = (name: string): string => `input.${STAND_IN}${name}`;

const ROOTS = /(?<![\w.?$])(?:params?|parameters)\.([A-Za-z_]\w{0,127})(?!\w|\s*\()/g;
const JINJA = /\{\{\s{0,100}([^{}]{1,500}?)\s{0,100}\}\}/g;
const NAME = /^(?:(?:params?|parameters)\.)?([A-Za-z_]\w{0,127})$/;
const FILTERED = /^(?:(?:params?|parameters)\.)?([A-Za-z_]\w{0,127})\s{0,20}\|\s{0,20}default\(([^()]*)\)$/;

/** Rewrites every text of a value, with where it stands. */
const rewriteTexts = (value: Json, where: string, rewrite: (text: string, where: string) => string): Json => {
  if (typeof value === 'string') return rewrite(value, where);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return (value as Json[]).map((entry, index) => rewriteTexts(entry, pointer(where, index), rewrite));
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, entry]) => [key, rewriteTexts(entry, pointer(where, key), rewrite)]),
  );
};

const literalOf = (text: string): Json | undefined => {
  const said = text.trim().replace(/^'([^'\\"]*)'$/, '"$1"');
  try {
    return JSON.parse(said) as Json;
  } catch {
    return undefined;
  }
};

/** Puts the stand-ins in, and notes what cannot be said. */
class Hider {
  readonly defaults = new Map<string, Json>();

  constructor(
    private readonly declared: (name: string) => boolean,
    private readonly faults: Fault[],
  ) {}

  text(text: string, where: string): string {
    if (!text.includes('{{') && !text.includes('${')) return text;
    if (/\$\{\{\s{0,20}params\./.test(text)) {
      const reason = 'a dollar sign before it would begin an expression; write ${"$"}{{params.name}}';
      this.faults.push(fault('placeholder_not_here', where, { reason }));
      return text;
    }
    // Inside of an expression it is an operand; outside of any, an expression of its own.
    const scanned = scan(text);
    if (!scanned.ok) return this.outside(text, where);
    return scanned.value
      .map((piece) =>
        piece.is === 'text'
          ? this.outside(
              piece.text.replaceAll('${', () => '$${'),
              where,
            )
          : `\${${this.inside(piece.source, where)}}`,
      )
      .join('');
  }

  private outside(text: string, where: string): string {
    return text.replace(JINJA, (whole, said: string) => {
      const filtered = FILTERED.exec(said);
      const name = (NAME.exec(said) ?? filtered)?.[1];
      if (name === undefined || !this.isParameter(name, said, where)) return whole;
      const fallback = filtered && literalOf(filtered[2] ?? '');
      if (filtered && fallback === undefined) return whole;
      if (fallback !== null && fallback !== undefined && !this.defaults.has(name)) this.defaults.set(name, fallback);
      return `\${${standIn(name)}}`;
    });
  }

  private isParameter(name: string, said: string, where: string): boolean {
    if (this.declared(name)) return true;
    if (said.startsWith('params.'))
      this.faults.push(fault('unknown_parameter', where, { name, known: 'those of `parameters`' }));
    return false;
  }

  private inside(source: string, where: string): string {
    return stretchesOf(source)
      .map(({ quoted, text }) => {
        if (!quoted) return this.operands(text, where);
        if (parametersIn(text).length > 0) {
          const reason = 'it is inside the quotes of an expression; write "…" + {{params.name}}';
          this.faults.push(fault('placeholder_not_here', where, { reason }));
        }
        return text;
      })
      .join('');
  }

  private operands(text: string, where: string): string {
    const ofOurs = text.replace(JINJA, (whole, said: string) => {
      const name = /^params\./.test(said) ? NAME.exec(said)?.[1] : undefined;
      return name !== undefined && this.isParameter(name, said, where) ? standIn(name) : whole;
    });
    return ofOurs.replace(ROOTS, (whole, name: string) => (this.declared(name) ? standIn(name) : whole));
  }
}

const ALONE = new RegExp(`\\$\\{\\s*input\\.${STAND_IN}(\\w+)\\s*\\}`, 'g');
const OPERAND = new RegExp(`\\binput\\.(\\??)${STAND_IN}(\\w+)`, 'g');

const reveal = (text: string): string =>
  text
    .replace(ALONE, (_, name: string) => placeholder(name))
    // What may be missing is a field of something, in CEL: here it is there.
    .replace(OPERAND, (_, optional: string, name: string) =>
      optional === '' ? placeholder(name) : `{"value": ${placeholder(name)}}.?value`,
    );

export interface DefinitionWords {
  readonly source: JsonObject;
  readonly where: string;
  /** Whether a name is one of the template's parameters. */
  readonly declared: (name: string) => boolean;
  /** A part of a definition, for one that extends another: it is in the canonical form already. */
  readonly partial: boolean;
}

/**
 * A definition of any dialect. `${params.x}`, `${parameters.x}`, `{{ x }}` and `{{params.x}}` of declared parameters become
 * the one form; everything else keeps its meaning at run time.
 */
export const readDefinition = (words: DefinitionWords, faults: Fault[]): ReadDefinition | undefined => {
  const { source, where, declared, partial } = words;
  const before = faults.length;
  const hider = new Hider(declared, faults);
  const hidden = rewriteTexts(source, where, (text, at) => hider.text(text, at)) as JsonObject;
  const { defaults } = hider;
  if (faults.length > before) return undefined;
  if (partial) {
    return { definition: rewriteTexts(hidden, '', reveal) as JsonObject, dialect: 'canonical', warnings: [], defaults };
  }
  const imported = importDocument(hidden);
  if (!imported.ok) {
    faults.push(...imported.error.map((found) => ({ ...found, pointer: where + found.pointer })));
    return undefined;
  }
  const { document, dialect, warnings } = imported.value;
  const { tasks } = document;
  const revealed = rewriteTexts(withoutSource(document), '', reveal) as JsonObject;
  if (!isJsonObject(tasks)) faults.push(fault('required_field', where, { field: 'tasks' }));
  return { definition: revealed, dialect, warnings, defaults };
};

/** The importer keeps the original in the document; a template keeps it beside. */
const withoutSource = (document: JsonObject): JsonObject => {
  if (!isJsonObject(document.metadata)) return document;
  const { source: _, ...metadata } = document.metadata;
  return { ...document, metadata };
};
