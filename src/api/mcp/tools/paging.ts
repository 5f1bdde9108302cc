import { Whole } from '../../rest/dto/fields.js';
import { whole, listOf } from '../tool.js';

/** Part of a list. */
export class PageArguments {
  @Whole(1, 1000, { description: 'How many at most. Default 100.' })
  limit?: number;

  @Whole(0, 1_000_000_000, { description: 'How many to leave out. Default 0.' })
  offset?: number;
}

export interface Part {
  readonly limit: number;
  readonly offset: number;
}

export const partOf = ({ limit = 100, offset = 0 }: PageArguments): Part => ({ limit, offset });

/** A part of a list under its own name. `count`: how many are here; `total`: how many there are. */
export const listed = (
  name: string,
  items: readonly unknown[],
  { limit, offset, total }: Part & { total: number },
) => ({
  ...{ [name]: items, count: items.length, limit, offset, total },
});

/** The schema of what `listed` makes. */
export const listSchema = (name: string, items: object): Record<string, object> => ({
  ...{ [name]: listOf(items), count: whole, limit: whole, offset: whole, total: whole },
});
