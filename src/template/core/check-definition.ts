import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import { scan } from '../../engine/core/index.js';
import { inclusionOf, includingTasks } from './content.js';
import type { Parameters } from './parameter.js';
import { rewriteDefinition, type Place } from './places.js';
import { parametersIn, PLACEHOLDER } from './placeholder.js';
import { parseReference } from './reference.js';

/** Why a secret cannot stand at a place, if it cannot. */
const secretProblem = (text: string, place: Place): string | undefined => {
  if (!place.secrets) return 'secrets are seen by the input of tasks only';
  const pieces = scan(text);
  const inExpression =
    pieces.ok && pieces.value.some((piece) => piece.is === 'expression' && PLACEHOLDER.test(piece.source));
  return inExpression ? 'an expression never sees a secret' : undefined;
};

class DefinitionChecker {
  constructor(
    private readonly parameters: Parameters,
    private readonly where: string,
    private readonly faults: Fault[],
  ) {}

  text(text: string, place: Place): void {
    const at = this.where + place.pointer;
    if (place.kind === 'given' && text.includes('${')) {
      const reason = 'the parameters of an `include` are values; an expression has none before the workflow runs';
      this.faults.push(fault('placeholder_not_here', at, { reason }));
    }
    for (const name of new Set(parametersIn(text))) this.placeholder(name, text, place);
  }

  private placeholder(name: string, text: string, place: Place): void {
    const at = this.where + place.pointer;
    const parameter = this.parameters.get(name);
    if (!parameter) {
      const known = [...this.parameters.keys()].slice(0, 50).join(', ') || 'none';
      this.faults.push(fault('unknown_parameter', at, { name, known }));
      return;
    }
    const structural = place.kind === 'structure' ? 'it would change what the workflow is made of' : undefined;
    const reason = structural ?? (parameter.secret ? secretProblem(text, place) : undefined);
    if (reason !== undefined) this.faults.push(fault('placeholder_not_here', at, { reason }));
  }

  keys(value: Json, at: string): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      if (PLACEHOLDER.test(key)) {
        const reason = 'names of fields are no values';
        this.faults.push(fault('placeholder_not_here', pointer(at, key), { reason }));
      }
      this.keys(entry, pointer(at, key));
    }
  }
}

/** Whether every `include` names a template and says nothing else. */
export const checkInclusions = (definition: JsonObject, where: string, faults: Fault[]): void => {
  for (const { task, pointer: at } of includingTasks(definition)) {
    const inside = pointer(where + at, 'include');
    const inclusion = inclusionOf(task);
    if (!inclusion) {
      faults.push(fault('wrong_type', inside, { expected: 'the name of a template, or {template, parameters}' }));
      continue;
    }
    if (!parseReference(inclusion.reference)) {
      const reason = 'it is no name with a range of versions';
      faults.push(fault('template_reference', inside, { reference: inclusion.reference, reason }));
    }
    const said = task.include;
    if (isJsonObject(said))
      for (const field of Object.keys(said).filter((name) => name !== 'template' && name !== 'parameters'))
        faults.push(fault('unknown_field', pointer(inside, field), { field, known: 'template, parameters' }));
    for (const field of ['type', 'component', 'tasks', 'output', 'map', 'loop', 'try', 'race', 'switch'])
      if (task[field] !== undefined)
        faults.push(fault('field_not_here', pointer(where + at, field), { construct: 'include', field }));
  }
};

/** Whether every placeholder of a definition names a parameter and stands where one may. */
export const checkDefinition = (
  definition: JsonObject,
  { parameters, where, faults }: { parameters: Parameters; where: string; faults: Fault[] },
): void => {
  const checker = new DefinitionChecker(parameters, where, faults);
  rewriteDefinition(definition, (text, place) => {
    checker.text(text, place);
    return text;
  });
  checker.keys(definition, where);
};
