import { fault, isJsonObject, pointer, type Json, type JsonObject } from '../../../kernel/index.js';
import { conditionExpression, operandExpression } from '../conditions.js';
import { Untranslatable } from '../expression-text.js';
import { changeOf, stateEvent, statePath } from '../state/index.js';
import type { Said, TaskWords } from '../task-words.js';
import type { Reading, Translation } from '../translation.js';
import { attempt, seconds, translateValue, type TimeWords } from '../values.js';

const LIMITS: TimeWords = [
  ['within', 1],
  ['timeout', 1],
  ['timeout_seconds', 1],
  ['timeout_ms', 0.001],
  ['timeoutMs', 0.001],
  ['timeout_minutes', 60],
  ['timeout_hours', 3600],
  ['timeout_days', 86_400],
];
const LENGTHS: TimeWords = [
  ['seconds', 1],
  ['duration', 1],
  ['duration_seconds', 1],
  ['delay_seconds', 1],
  ['delay', 1],
  ['milliseconds', 0.001],
  ['duration_ms', 0.001],
  ['minutes', 60],
  ['hours', 3600],
  ['days', 86_400],
];

const timeOf = (words: TaskWords, list: TimeWords, reading: Reading): Json | undefined => {
  const said = words.setting(...list.map(([word]) => word));
  const factor = list.find(([word]) => word === said?.field)?.[1];
  return said && factor !== undefined ? seconds(said, factor, reading) : undefined;
};

/** How long something may be waited for; 0 is upstream's word for ever. */
export const withinOf = ({ words, names, faults }: Translation): JsonObject => {
  const within = timeOf(words, LIMITS, { names, faults });
  return within === undefined || within === 0 ? {} : { within };
};

/** The end of a wait: after a length of time, or at a time. */
export const untilOf = ({ words, names, faults }: Translation): JsonObject | undefined => {
  const until = words.setting('until', 'at', 'datetime');
  if (until) return instantOf(until, { names, faults });
  const reading = { names, faults };
  const length = timeOf(words, LENGTHS, reading) ?? shortWait(words, reading) ?? timeOf(words, LIMITS, reading);
  return length === undefined ? undefined : { seconds: length };
};

/** `wait_for: 30s`. */
const shortWait = (words: TaskWords, reading: Reading): Json | undefined => {
  const said = typeof words.peek('wait_for') === 'object' ? undefined : words.take('wait_for');
  return said && seconds(said, 1, reading);
};

const INSTANT = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]{4,15}(?:Z|[+-]\d\d:?\d\d)?)?$/;

const instantOf = ({ value, where }: Said, reading: Reading): JsonObject => {
  const translated = translateValue(value, where, reading);
  if (typeof translated !== 'string' || !(translated.includes('${') || INSTANT.test(translated)))
    reading.faults.push(fault('wrong_type', where, { expected: 'a time, or an expression of one' }));
  return { until: translated };
};

/** A wait for a change of state or for a named event; undefined when the task waits for neither. */
export const eventOf = (translation: Translation): JsonObject | undefined => {
  const { words, names, faults } = translation;
  const change = changeOf(words);
  if (change) return stateChange(change, translation);
  const name = words.textSetting('event', 'event_name', 'event_type', 'topic') ?? words.held('name');
  if (typeof name?.value !== 'string') return undefined;
  return {
    event: {
      name: translateValue(name.value, name.where, { names, faults }),
      ...matchOf(words, { names, faults }),
      ...withinOf(translation),
    },
  };
};

/** A time that runs out is no failure of a wait: what comes after looks at `timed_out`. */
const stateChange = (change: Said, translation: Translation): JsonObject => {
  const path = statePath(change.value);
  if (!path) translation.faults.push(fault('wrong_type', change.where, { expected: 'the name of a state variable' }));
  const [root = '', ...below] = path ?? [];
  const match: JsonObject = below.length > 0 ? { match: `\${event.?${below.join('.?')}.orValue(null) != null}` } : {};
  const within = withinOf(translation);
  const handled = within.within === undefined || translation.words.peek('on_error') !== undefined;
  return {
    event: { name: stateEvent(root), ...match, ...within },
    ...(!handled && { on_error: [{ class: 'timeout', then: 'continue' }] }),
  };
};

const matchOf = (words: TaskWords, reading: Reading): JsonObject => {
  const said = words.setting('match', 'filter', 'correlation') ?? correlationId(words);
  if (!said) return {};
  const inside = attempt(reading, said.where, () =>
    isJsonObject(said.value) ? equalities(said, reading) : conditionExpression(said.value, reading.names),
  );
  return inside === undefined ? {} : { match: `\${${inside}}` };
};

const correlationId = (words: TaskWords): Said | undefined => {
  const said = words.setting('correlation_id');
  return said && { ...said, value: { correlation_id: said.value } };
};

/** `{ order: x }`: the event's `order` is `x`. */
const equalities = ({ value, where }: Said, { names }: Reading): string => {
  const terms = Object.entries(value as JsonObject).map(([name, wanted]) => {
    const path = name.split('.');
    if (!path.every((part) => /^[A-Za-z_]\w*$/.test(part)))
      throw new Untranslatable(`${pointer(where, name)} is no field of an event`);
    return `event.?${path.join('.?')}.orValue(null) == ${operandExpression(wanted, names)}`;
  });
  return terms.length === 0 ? 'true' : terms.join(' && ');
};
