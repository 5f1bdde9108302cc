import type { Fault, JsonObject, Warning } from '../kernel/index.js';
import { compileWorkflow, type CompiledWorkflow, type Surroundings } from '../engine/core/index.js';
import { childNameFaults } from './child-names.js';
import { importDocument, type ImportOptions } from './dialect/index.js';

/** What came of checking a document, in whatever dialect it was. */
export interface Checked {
  /** The canonical document; absent when it could not be imported. */
  readonly document: JsonObject | undefined;
  readonly dialect: string | undefined;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
  /** Absent when there are faults. */
  readonly compiled: CompiledWorkflow | undefined;
}

/** Imports and validates a document without keeping it: every fault in one report. */
export const checkDocument = (source: unknown, surroundings: Surroundings, options?: ImportOptions): Checked => {
  const imported = importDocument(source, options);
  if (!imported.ok) {
    return { document: undefined, dialect: undefined, faults: imported.error, warnings: [], compiled: undefined };
  }
  const { document, dialect, warnings } = imported.value;
  const accepted = compileWorkflow(document, surroundings);
  const faults = [...(accepted.ok ? [] : accepted.error), ...childNameFaults(document.tasks)];
  if (!accepted.ok || faults.length > 0) return { document, dialect, faults, warnings, compiled: undefined };
  const all = [...warnings, ...accepted.value.warnings];
  return { document, dialect, faults: [], warnings: all, compiled: accepted.value.compiled };
};
