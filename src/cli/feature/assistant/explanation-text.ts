import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { text } from '../../server-commands.js';
import { lessThanAsked } from '../less-than-asked.js';

/** What a model said, as what it is; and that less was done than was asked for. */
export const modelLines = ({ narrative, degraded }: JsonObject): readonly string[] => {
  const object = (value: Json | undefined): JsonObject | undefined =>
    isJsonObject(value ?? null) ? (value as JsonObject) : undefined;
  const said = object(narrative);
  const less = lessThanAsked(degraded);
  return [
    ...(said
      ? [
          '',
          `In the words of ${text(said.model)}, which nobody has checked`,
          ...text(said.text)
            .split('\n')
            .map((line) => `  ${line}`),
        ]
      : []),
    ...(less.length > 0 ? ['', ...less] : []),
  ];
};

/** An explanation for a person. */
export const explanationText = (answer: JsonObject): string =>
  `${[text(answer.text).trimEnd(), ...modelLines(answer)].join('\n')}\n`;
