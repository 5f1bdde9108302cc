/** What a template may be at most; everything beyond is `template_too_large`, never a slow answer. */
export const LIMITS = {
  /** Parameters of a template, those of its parents included. */
  parameters: 1000,
  /** Templates that one is made of, by `extends` and `include`. */
  templates: 100,
  /** Steps of `extends` and `include` from a template to the furthest one. */
  depth: 16,
  /** Uses of `include` in the whole result: each is a copy. */
  copies: 1000,
  /** Characters of the result that come from copies and from values. */
  characters: 8 * 2 ** 20,
  /** Levels of nesting of one value. */
  nesting: 50,
  /** Characters of one value. */
  value: 2 ** 20,
} as const;
