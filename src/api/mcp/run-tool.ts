import { Logger } from '@nestjs/common';
import { fault, HarmoniaError, isJsonObject, pointer, type Json, type JsonObject } from '../../kernel/index.js';
import { errorBody, type ErrorBody } from '../rest/error/error-body.js';
import { asHarmoniaError } from '../rest/error/error-filter.js';
import { internalError } from '../rest/error/internal-error.js';
import { plainJson, requestFault, validationPipe } from '../rest/validation.js';
import { mustMay } from '../access/gatekeeper.js';
import { limited } from '../access/limited.js';
import { madeBy } from '../access/recorder.js';
import { rateLimitExceeded } from '../limits/admission.js';
import type { Asker } from './asker.js';
import { mustBeTool } from './catalogue.js';
import { mustAgree, PersonWanted } from './consent.js';
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

/** Calls a tool by any of its names. What goes wrong is an outcome, too; `PersonWanted` alone is thrown. */
export const runTool = async (
  desk: ToolDesk,
  { name, given }: { readonly name: string; readonly given: unknown },
  call: ToolCall,
): Promise<Outcome> => {
  try {
    const tool = mustBeTool(name);
    await admit(desk, tool, { given, asker: call.asker });
    await countCall(desk, tool, call.asker);
    const read = await readArguments(tool, given);
    await askFirst(desk, { tool, given: read }, call);
    const result = await tool.run(desk, read, call);
    const plain = JSON.parse(JSON.stringify(result)) as JsonObject;
    if (tool.access !== 'read') await record(desk, { name: tool.name, asker: call.asker, made: madeBy(plain) });
    return { ok: true, result: plain };
  } catch (error) {
    if (error instanceof PersonWanted) throw error;
    return { ok: false, error: refusalOf(error).error };
  }
};

/** Throws when somebody must agree first, and has not. */
const askFirst = async (
  desk: ToolDesk,
  { tool: { consent }, given }: { readonly tool: Tool; readonly given: { readonly confirm?: boolean } },
  { person }: ToolCall,
): Promise<void> => {
  if (!consent) return;
  const what = await consent.to(desk, given as never);
  mustAgree(person, { what, confirm: given.confirm, ofPrograms: consent.ofPrograms ?? false });
};

/** Throws `rate_limit_exceeded`, as the route does that does the same. */
const countCall = async (desk: ToolDesk, { rate }: Tool, { caller, peer }: Asker): Promise<void> => {
  const quota = rate && (await desk.admission.countOf({ caller, peer }, rate));
  if (quota?.isOver) throw rateLimitExceeded(quota);
};

interface Admission {
  readonly given: unknown;
  readonly asker: Asker;
}

/** Throws why the caller may not, and records that. */
const admit = async (desk: ToolDesk, tool: Tool, { given, asker }: Admission): Promise<void> => {
  const { caller, sight } = asker;
  try {
    mustMay(caller, tool.access);
    if (!sight) return;
    if (tool.about.is === 'everything') throw limited(caller);
    await desk.limited.checkBody({ caller, sight, about: [tool.about] }, given);
  } catch (error) {
    if (error instanceof HarmoniaError) await record(desk, { name: tool.name, asker, refused: error.code });
    throw error;
  }
};

interface Recorded {
  readonly name: string;
  readonly asker: Asker;
  readonly made?: string;
  readonly refused?: string;
}

const record = ({ recorder }: ToolDesk, { name, asker, made = '', refused }: Recorded): Promise<void> => {
  const { caller, peer, route } = asker;
  const target = `tool=${name} ${made}`.trim();
  return recorder.steered({ actor: caller.actor, peer, method: 'TOOL', route, target, refused });
};

/** The one shape of errors, for whatever was thrown. What is not expected is logged under a reference. */
export const refusalOf = (error: unknown): ErrorBody =>
  errorBody(asHarmoniaError(error, { method: 'CALL', url: '' }) ?? internalError(error, logger));
