import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Uuid } from '../../kernel/index.js';
import type { Page } from '../rest/envelope.js';
import type { Sight } from './sight.js';

/** What the caller may see, when that is not all: `@SeenBy() sight: Sight | undefined`. For lists. */
export const SeenBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): Sight | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().sight,
);

/** Who asks. */
export const CallerOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest>().caller?.actor ?? 'unknown',
);

/** For filters of the reader. */
export const onlyOf = (sight: Sight | undefined): { readonly workflows?: readonly Uuid[] } =>
  sight ? { workflows: sight.ids } : {};

interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Items of a list that are read at once. */
const SLICE = 500;

/** A page of a list that has no filter of its own: of lists that people write, not machines. */
export const seenPage = async <T>(
  sight: Sight | undefined,
  page: Page,
  { list, isSeen }: { list: (page: Page) => Promise<Listed<T>>; isSeen: (item: T, sight: Sight) => boolean },
): Promise<Listed<T>> => {
  if (!sight) return list(page);
  const all: T[] = [];
  for (let offset = 0, total = 1; offset < total; offset += SLICE) {
    const slice = await list({ ...page, offset, limit: SLICE });
    total = slice.total;
    all.push(...slice.items.filter((item) => isSeen(item, sight)));
  }
  return { items: all.slice(page.offset, page.offset + page.limit), total: all.length };
};
