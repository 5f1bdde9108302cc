import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isKnown } from '../../access/index.js';
import { contentHash, fault, HarmoniaError } from '../../kernel/index.js';
import { requestFault } from '../rest/validation.js';

/** What makes a request safe to repeat. */
export interface CallerKey {
  /** As its sender says it. */
  readonly said: string;
  /** As it is remembered: what two callers say is never the same. Callers who are nobody in particular are one. */
  readonly kept: string;
}

const NAME = 'idempotency-key';
const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

/** The key of the sender of a request. Throws `validation_error` when it can be none. */
export const callerKey = (
  { caller }: Pick<FastifyRequest, 'caller'>,
  said: string,
  pointer = '/headers/Idempotency-Key',
): CallerKey => {
  if (!PRINTABLE.test(said))
    throw requestFault(fault('wrong_type', pointer, { expected: '1 to 255 printable characters' }));
  return { said, kept: isKnown(caller) ? contentHash(`${caller.actor}\n${said}`) : said };
};

/** `@KeyOfCaller() key: CallerKey | undefined`: what `Idempotency-Key` says. */
export const KeyOfCaller = createParamDecorator((_: unknown, context: ExecutionContext): CallerKey | undefined => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const said = request.headers[NAME];
  return typeof said === 'string' ? callerKey(request, said) : undefined;
});

/** `work().catch(inWordsOf(key))`: who sent a key knows it, and nothing of what it is kept under. */
export const inWordsOf =
  (key: CallerKey | undefined) =>
  (error: unknown): never => {
    if (key === undefined || !(error instanceof HarmoniaError) || error.code !== 'idempotency_conflict') throw error;
    throw new HarmoniaError('idempotency_conflict', { key: key.said }, { cause: error });
  };
