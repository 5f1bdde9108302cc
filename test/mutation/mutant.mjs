/**
 * Ways to break a file, one at a time: `find` stands in it exactly once and is replaced by `put`; one of the suites must
 * then fail. `area` is where the page lists them.
 */
export const mutantsOf =
  ({ area, suites, file }) =>
  (name, find, put) => ({ area, suites, file, name, find, put });
