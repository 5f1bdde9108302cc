/** A piece of a text that may be JSON. */
export type Region =
  | { readonly is: 'closed'; readonly start: number; readonly end: number }
  /** The text ends inside it; inside a string of it, if its quotes are right. */
  | { readonly is: 'open'; readonly start: number; readonly inString: boolean };

/** Beginnings that are tried: prose full of brackets must not cost its length squared. */
const MOST_STARTS = 200;

/** Where a `{` or `[` is closed again. Brackets in strings do not count. */
const regionAt = (text: string, start: number): Region | undefined => {
  const open: string[] = [];
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string;
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === '}' || character === ']') {
      // A bracket of the other kind: this was prose.
      if (open.pop() !== character) return undefined;
      if (open.length === 0) return { is: 'closed', start, end: at + 1 };
    }
  }
  return { is: 'open', start, inString };
};

/** `{"a`, `{}`, `{a:`, `['a`, `[{`, `[1,`: nobody begins a remark in brackets like this. */
const JSON_BEGINS =
  /\{\s*(?:["'“”‘’}]|[\w$]+\s*:|$)|\[\s*(?:["'{[\]]|-?\d+(?:\.\d+)?\s*(?:,|$)|(?:true|false|null)\s*(?:,|$)|$)/y;

const beginsJson = (text: string, start: number): boolean => {
  JSON_BEGINS.lastIndex = start;
  return JSON_BEGINS.test(text);
};

/**
 * The outermost bracketed pieces of a text, in order; an open one is the last. Brackets of prose
 * are left out. Linear in the text, but for a bounded number of false starts.
 */
export const jsonRegions = (text: string): readonly Region[] => {
  const regions: Region[] = [];
  const next = /[{[]/g;
  for (let starts = 0; starts < MOST_STARTS; starts++) {
    const found = next.exec(text);
    if (!found) break;
    const region = beginsJson(text, found.index) ? regionAt(text, found.index) : undefined;
    if (!region) continue;
    regions.push(region);
    // What stands in it is a part of it, however whole.
    if (region.is === 'open') return regions;
    next.lastIndex = region.end;
  }
  return regions;
};

const FENCE = /^[ \t]*(```+|~~~+)[ \t]*([\w-]*)[^\n]*$/gm;

/** The insides of fenced blocks, as Markdown has them; an open one reaches to the end. In order. */
export const fencedBlocks = (text: string): readonly string[] => {
  const blocks: string[] = [];
  let opened: { readonly fence: string; readonly from: number } | undefined;
  for (const found of text.matchAll(FENCE)) {
    const fence = found[1] as string;
    if (!opened) opened = { fence, from: found.index + found[0].length };
    else if (fence.startsWith(opened.fence) && found[2] === '') {
      blocks.push(text.slice(opened.from, found.index).trim());
      opened = undefined;
    }
  }
  if (opened) blocks.push(text.slice(opened.from).trim());
  return blocks.filter((block) => block !== '');
};
