import { CONTENTS } from './answer-lines.js';
import { SHAPES } from './answer-shapes.js';

/** An answer as a model may give it. */
export interface RecordedAnswer {
  /** Family, shape, content. */
  readonly name: string;
  readonly family: string;
  readonly text: string;
  /** What a careful reader would take from it. */
  readonly said: readonly unknown[];
}

/** Every shape with every content; an answer that says nothing whatever its content is there once. */
export const recordedAnswers = (): readonly RecordedAnswer[] => {
  const byText = new Map<string, RecordedAnswer>();
  for (const [family, shapes] of Object.entries(SHAPES))
    for (const [shape, make] of Object.entries(shapes))
      for (const [content, lines] of Object.entries(CONTENTS)) {
        const made = make(lines);
        const { text, said } = typeof made === 'string' ? { text: made, said: lines } : made;
        const name = `${family}: ${shape}, ${content}`;
        if (!byText.has(text)) byText.set(text, { name, family, text, said });
      }
  return [...byText.values()];
};
