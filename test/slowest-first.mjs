import imported from '@jest/test-sequencer';

const Sequencer = imported.default ?? imported;

/** Projects whose suites start processes or threads, the longest first. All others come after them. */
const LONG = ['crash', 'package', 'e2e', 'plugins', 'simulation', 'architecture'];

const place = ({ context }) => {
  const at = LONG.indexOf(context.config.displayName.name);
  return at < 0 ? LONG.length : at;
};

/** Jest starts the slowest suites first when it has run them before. In a fresh clone it has not, and the size of a file says little. */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isNew = ({ duration }) => duration === undefined;
    const fresh = sorted.filter(isNew).sort((one, other) => place(one) - place(other));
    return [...fresh, ...sorted.filter((test) => !isNew(test))];
  }
}
