import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { text } from '../server-commands.js';

const objectOf = (value: Json | undefined): JsonObject | undefined =>
  isJsonObject(value ?? null) ? (value as JsonObject) : undefined;

const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

const percent = (share: Json | undefined): string => `${Number((numberOf(share) * 100).toFixed(1))} %`;

const figureOf = (name: string, value: Json | undefined, unit = ' s'): readonly string[] => {
  const figure = objectOf(value);
  if (!figure) return [];
  const { before, after, change, ci95 } = figure as unknown as {
    before: number;
    after: number;
    change: number;
    ci95: [number, number];
  };
  const [by, least, most] = [change, ...ci95].map((value) => `${signed(value)}${unit}`);
  return [`  ${name} ${before}${unit} → ${after}${unit} (${by}, 95 %: ${least} to ${most})`];
};

const STATES: Readonly<Record<string, string>> = {
  waiting: 'not judged yet',
  confirmed: 'confirmed: it is better',
  no_difference: 'no difference can be told',
  regressed: 'regressed: it is worse',
};

const ENDS: Readonly<Record<string, string>> = {
  promoted: 'it was promoted before it was judged',
  abandoned: 'it was abandoned before it was judged',
  rolled_back: 'it was rolled back before it was judged',
  replaced: 'another version took its place before it was judged',
  nothing_before: 'too few runs of the version before to compare it with',
};

const stateOf = ({ state, because }: JsonObject): string =>
  state === 'ended' ? (ENDS[text(because)] ?? text(because)) : (STATES[text(state)] ?? text(state));

const predictedOf = (followUp: JsonObject): readonly string[] => {
  const predicted = objectOf(followUp.predicted);
  const median = objectOf(objectOf(predicted?.makespan)?.p50);
  if (!median) return [];
  const unit = predicted?.unit === 'seconds' ? ' s' : ' tasks in a row';
  return [`  predicted: median ${text(median.before)} → ${text(median.after)}${unit}`];
};

/** What is followed of a suggestion, in lines. */
export const followUpLines = (followUp: JsonObject): readonly string[] => {
  const { version, baseVersion, share, runs, observed, rollback } = followUp;
  const { seen, of } = objectOf(runs) ?? {};
  const how = share === null ? 'applied as' : `${percent(share)} of new executions run`;
  const found = objectOf(observed);
  const failure = objectOf(found?.failure);
  return [
    `${how} ${text(version)} (before: ${text(baseVersion)}), ${text(seen)} of ${text(of)} runs`,
    ...predictedOf(followUp),
    `  ${stateOf(followUp)}`,
    ...(objectOf(followUp.end)?.because === 'no_difference'
      ? ['  the canary is over; the suggestion can be applied']
      : []),
    ...figureOf('median', found?.makespan),
    ...figureOf('attempts', found?.busy),
    ...(failure ? [`  failed ${percent(failure.before)} → ${percent(failure.after)}`] : []),
    ...figureOf('tokens', found?.tokens, ''),
    ...figureOf('cost', found?.cost, ` ${text(found?.currency)}`),
    ...(typeof rollback === 'string' ? [`  go back: harmonia suggestion apply ${rollback}`] : []),
  ];
};
