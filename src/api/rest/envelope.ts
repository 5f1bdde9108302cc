/** The body of every success under `/api/v1` and `/api` (semantics 31). */
export interface Envelope {
  readonly status: 'success';
  readonly success: true;
  readonly message: string;
  readonly data: unknown;
  /** Top-level keys that callers read, beside `data`. */
  readonly [hint: string]: unknown;
}

export const success = (message: string, data: unknown, hints: Readonly<Record<string, unknown>> = {}): Envelope => ({
  ...hints,
  status: 'success',
  success: true,
  message,
  data,
});

/** Where a page of a list begins and how long it is. `page` wins over `offset`. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
  readonly page: number;
}

export interface PageQuery {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly page?: number | undefined;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_PAGE = 20;

export const pageOf = ({ limit, offset, page }: PageQuery): Page => {
  if (page !== undefined) {
    const size = limit ?? DEFAULT_PAGE;
    return { offset: (page - 1) * size, limit: size, page };
  }
  const size = limit ?? DEFAULT_LIMIT;
  return { offset: offset ?? 0, limit: size, page: Math.floor((offset ?? 0) / size) + 1 };
};

/** A list: in `data`, and once more under the names that callers read. */
export const listing = (
  name: string,
  items: readonly unknown[],
  { page, limit, total }: Pick<Page, 'page' | 'limit'> & { total: number },
): Envelope => success(`${items.length} ${name}`, items, { [name]: items, items, total, page, limit });
