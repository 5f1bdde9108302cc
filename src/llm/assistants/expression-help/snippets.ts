import type { Json, JsonObject } from '../../../kernel/index.js';

/** Something that people want of expressions, with one that does it on the example data. */
export interface Snippet {
  readonly does: string;
  readonly expression: string;
  /** Further words for it. */
  readonly words: string;
}

/** The data of the examples of docs/expressions.md, on which snippets and functions are shown. */
export const EXAMPLE_DATA: JsonObject = {
  input: {
    n: 5,
    name: 'Ada Lovelace',
    prices: [2.5, 20, 5],
    tags: ['x', 'y', 'x'],
    rows: [
      { id: 'a', v: 3 },
      { id: 'b', v: 2 },
      { id: 'c', v: 1 },
    ],
    address: { street: '1 Main St', city: 'London' },
    at: '2024-02-29T23:30:00Z',
    none: null,
  },
  tasks: {
    fetch: { status: 'completed', output: { total: 3 }, error: null },
    audit: { status: 'skipped', output: null, error: null },
    pay: {
      status: 'failed',
      output: null,
      error: { kind: 'timeout', code: 'timeout', message: 'The attempt took longer than 30 s.' },
    },
  },
  workflow: { id: '8d2f…', name: 'report', version: '1.0.0' },
  execution: { id: '51c0…', start_time: '2024-03-01T00:00:00.000Z', metadata: { team: 'ops' } },
  error: { kind: 'timeout', code: 'timeout', message: 'The attempt took longer than 30 s.', step: '/pay' },
  item: { id: 'a', v: 3 },
  index: 0,
  previous: null,
  event: { order: 'A-17', amount: 20 },
} satisfies Json;

const snippet = (does: string, expression: string, words = ''): Snippet => ({ does, expression, words });

/** What the functions alone do not say: idioms. Each is a test. */
export const SNIPPETS: readonly Snippet[] = [
  snippet(
    'A value, or another when the field is not there',
    'input.?nick.orValue("nobody")',
    'default fallback missing absent optional null otherwise else instead',
  ),
  snippet(
    'The first value that is there and not null',
    'coalesce(input.none, input.?nick, input.name)',
    'default fallback null missing',
  ),
  snippet('Whether a field is there', 'has(input.address.zip)', 'exists present defined set missing'),
  snippet(
    'Something else of a task that may have been skipped',
    'tasks.audit.output?.total.orValue(0)',
    'skipped failed null output default missing',
  ),
  snippet('Whether a task completed', 'tasks.fetch.status == "completed"', 'succeeded success done finished status'),
  snippet(
    'Whether a task failed with a code',
    'tasks.pay.status == "failed" && tasks.pay.error.code == "timeout"',
    'error failure code timeout',
  ),
  snippet('The message of a failure', 'error.message', 'catch handler why reason'),
  snippet(
    'One of two values, by a condition',
    'input.n > 3 ? "big" : "small"',
    'if then else choose ternary depending when',
  ),
  snippet('How many elements there are', 'size(input.rows)', 'count length number of items rows'),
  snippet('Whether a list is empty', 'size(input.rows) == 0', 'no items none nothing'),
  snippet('One field of each element', 'input.rows.map(r, r.id)', 'pluck column extract list of values ids'),
  snippet(
    'The elements of which something is true',
    'input.rows.filter(r, r.v >= 2)',
    'where only select keep matching larger',
  ),
  snippet('The sum of a field', 'input.rows.map(r, r.v).sum()', 'total add up amount'),
  snippet('The largest value of a field', 'input.rows.map(r, r.v).max()', 'maximum highest biggest greatest'),
  snippet(
    'The elements in order of a field, the largest first',
    'input.rows.sortBy(r, -r.v)',
    'sort order descending rank',
  ),
  snippet('The first elements', 'input.rows.slice(0, 2)', 'top limit take head'),
  snippet(
    'The first element, or something else when there is none',
    'input.rows[?0].orValue(null)',
    'first element list empty',
  ),
  snippet('Whether one element is so', 'input.rows.exists(r, r.id == "b")', 'any contains some find has'),
  snippet('Whether all elements are so', 'input.prices.all(p, p > 0)', 'every each'),
  snippet(
    'Whether a value is among several',
    'input.name in ["Ada Lovelace", "Grace Hopper"]',
    'one of list member contains allowed',
  ),
  snippet(
    'A text made of values',
    '"Hello " + input.name + ", no. " + string(input.n)',
    'concatenate join text template message string',
  ),
  snippet('Texts joined with commas', 'input.tags.join(", ")', 'concatenate list comma separated'),
  snippet('A text without blanks and in small letters', 'input.name.trim().lower()', 'lowercase normalise clean'),
  snippet('Whether a text has another in it', 'input.name.contains("Love")', 'includes substring search'),
  snippet('Whether a text fits a pattern', 'input.name.matches("^A.*e$")', 'regex regular expression test validate'),
  snippet('The number that a text says', 'double("2.50")', 'parse convert string to number'),
  snippet('A time, a day later', 'string(timestamp(input.at) + duration("24h"))', 'tomorrow date add days plus after'),
  snippet(
    'How long ago a time was, in hours',
    '(timestamp(execution.start_time) - timestamp(input.at)).getHours()',
    'age since difference between dates elapsed',
  ),
  snippet(
    'An object of several values',
    '{"id": item.id, "total": tasks.fetch.output.total}',
    'build make combine record',
  ),
  snippet('The events of one order', 'event.order == "A-17"', 'match correlate wait'),
  snippet('Whether it is the first iteration', 'index == 0', 'loop map first iteration'),
];
