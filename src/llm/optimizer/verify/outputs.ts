import {
  compileTemplate,
  scopeForm,
  templateForm,
  type CompiledTask,
  type CompiledWorkflow,
} from '../../../engine/core/index.js';
import type { Objection, PlacedScope } from '../ir/index.js';
import { exactly, type ScopePair } from './correspondence.js';
import { objection } from './objection.js';
import { CARRIES, endsOf } from '../dependence/index.js';

/** Whether a scope has the same output, and its variables the same first values. */
export const checkOutput = (
  { base, candidate, renaming }: ScopePair,
  workflow: CompiledWorkflow,
  isExact: boolean,
): Objection | undefined => {
  const where = base.container?.path ?? '';
  const [before, after] = [scopeForm(base.scope, exactly(renaming)), scopeForm(candidate.scope, exactly())];
  if (before.state !== after.state) return objection('scope_changed', where);
  if (before.output === after.output) return undefined;
  if (!isExact && after.output === spelledOut(base, renaming, workflow)) return undefined;
  return objection('output_changed', where);
};

/**
 * What a scope without a mapping answers, as a mapping: the outputs of its leaves. Undefined: no mapping says that, since
 * a leaf may be missing there.
 */
const spelledOut = (
  home: PlacedScope,
  renaming: ReadonlyMap<string, string>,
  workflow: CompiledWorkflow,
): string | undefined => {
  const { leaves, output } = home.scope;
  if (output) return undefined;
  // A schema of the output documents it only, until there is a mapping.
  if (!home.container && workflow.outputSchema) return undefined;
  const ends = endsOf(home, 'completing');
  if (!leaves.every((leaf) => ends[leaf.index] === CARRIES && alwaysHasOutput(leaf))) return undefined;
  const mapping = Object.fromEntries(leaves.map(({ id }) => [id, `\${tasks.${id}.output}`]));
  const { value } = compileTemplate(mapping, { pointer: '', names: new Set(), secrets: false });
  return templateForm(value, exactly(renaming));
};

const alwaysHasOutput = ({ when, onError }: CompiledTask): boolean =>
  when === undefined && onError.every(({ remedy }) => remedy.is !== 'continue');
