import { stepStatus } from '../../../engine/core/index.js';
import { isJsonObject, type JsonObject } from '../../../kernel/index.js';
import { advice, RECORDED, type Cause, type Evidence, type Fix } from './cause.js';
import { evidenceOf, pathOf, type FailedStep } from './step-record.js';

/** Tasks that the expression reads and that gave nothing. */
const nothingRead = ({ around, step }: FailedStep, expression: string): Evidence[] =>
  step.task.reads.flatMap(({ up, index }): Evidence[] => {
    let { scope } = step;
    for (let level = 0; level < up; level++) scope = scope.owner?.scope ?? scope;
    const source = scope.steps[index];
    if (!source || !new RegExp(`\\b${source.task.id}\\b`).test(expression)) return [];
    if (source.state.at === 'completed' && source.state.output !== null) return [];
    const seq = around.record.seqOf.get(source.address);
    return [{ seq, step: source.address, text: `its output is null: it is ${stepStatus(source.state)}` }];
  });

/** What can be asked about the expression where it stands. */
const help = ({ around, step }: FailedStep, expression: string, workflow: string): Fix[] => {
  if (expression === '') return [];
  const task = pathOf(step);
  const body: JsonObject = { expression, workflow_id: workflow, version: around.record.compiled.version, task };
  const isPlain = !/['\\\n]/.test(expression);
  const command = isPlain ? `expression '${expression}' --workflow ${workflow} --task ${task}` : undefined;
  const text = 'Look at it: what it reads, of which types, and what comes of null.';
  return [{ is: 'elsewhere', path: '/api/v1/expressions/help', body, command, text }];
};

/** An expression that failed on the data. */
export const expressionCause = (failed: FailedStep, workflow: string): Cause => {
  const { step, attempts, failure } = failed;
  const details = isJsonObject(failure.details ?? null) ? (failure.details as JsonObject) : {};
  const pointer = typeof details.pointer === 'string' ? details.pointer : undefined;
  const expression = typeof details.expression === 'string' ? details.expression : '';
  const nulls = nothingRead(failed, expression);
  const [first] = nulls;
  return {
    ...{ code: 'expression_error', step: step.address, likelihood: 'certain', because: RECORDED },
    text: first ? `The expression reads ${first.step}, which gave nothing.` : failure.message,
    evidence: [...evidenceOf(step.address, attempts), ...nulls],
    fixes: [
      advice(
        pointer,
        first
          ? 'Guard it: `has(…)`, `?.` or `.orValue(…)`, or a `when` that asks for the status.'
          : 'Correct the expression.',
      ),
      ...help(failed, expression, workflow),
      { is: 'operation', operation: { is: 'skip', step: step.address }, text: 'Count the step as skipped.' },
    ],
    details: { expression, pointer: pointer ?? null },
  };
};
