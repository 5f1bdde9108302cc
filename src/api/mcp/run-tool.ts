import { Logger } from '@nestjs/common';
import { fault, isJsonObject, pointer, type Json, type JsonObject } from '../../kernel/index.js';
import { errorBody, type ErrorBody } from '../rest/error-body.js';
import { asHarmoniaError, unexpectedError } from '../rest/error-filter.js';
import { plainJson, requestFault, validationPipe } from '../rest/validation.js';
import { mustBeTool } from './catalogue.js';
import type { Tool, ToolCall } from './tool.js';
import type { ToolDesk } from './tool-desk.js';

/** What came of a call. */
export type Outcome =
  { readonly ok: true; readonly result: JsonObject } | { readonly ok: false; readonly error: ErrorBody['error'] };

const logger = new Logger('Tools');
const pipe = validationPipe();

/** Where a key stands that reaches a prototype when somebody copies it carelessly; nothing in here has such a name. */
const trapIn = (value: Json, at = ''): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = pointer(at, key);
    const found = key === '__proto__' ? here : trapIn(inner, here);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The arguments of a call, as a body of a request is read. Throws `validation_error` with every fault. */
const readArguments = async ({ input }: Tool, given: unknown): Promise<never> => {
  const plain = plainJson(given ?? {}, '');
  if (!isJsonObject(plain)) throw requestFault(fault('wrong_type', '', { expected: 'an object' }));
  const trap = trapIn(plain);
  if (trap !== undefined) throw requestFault(fault('wrong_type', trap, { expected: 'another name' }));
  return (await pipe.transform(plain, { type: 'body', metatype: input })) as never;
};

/** Calls a tool by any of its names. What goes wrong is an outcome, too; it is thrown by nobody. */
export const runTool = async (
  desk: ToolDesk,
  { name, given }: { readonly name: string; readonly given: unknown },
  call: ToolCall,
): Promise<Outcome> => {
  try {
    const tool = mustBeTool(name);
    const result = await tool.run(desk, await readArguments(tool, given), call);
    return { ok: true, result: JSON.parse(JSON.stringify(result)) as JsonObject };
  } catch (error) {
    return { ok: false, error: refusalOf(error).error };
  }
};

/** The one shape of errors, for whatever was thrown. What is not expected is logged under a reference. */
export const refusalOf = (error: unknown): ErrorBody =>
  errorBody(asHarmoniaError(error, { method: 'CALL', url: '' }) ?? unexpectedError(error, logger));
