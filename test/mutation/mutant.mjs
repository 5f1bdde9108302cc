/**
 * Ways to break a file, one at a time: `find` stands in it exactly once and is replaced by `put`; one of the suites must
 * then fail. `area` is where the page lists them, `likely` the suites of which nobody knows better that they will notice.
 */
export const mutantsOf =
  ({ area, suites, likely, file }) =>
  (name, find, put) => ({ area, suites, likely, file, name, find, put });
