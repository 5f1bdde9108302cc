import { HarmoniaError, messageOf } from '../kernel/index.js';
import { WrongSettings } from '../tekton/utilities/settings/index.js';

/** The error that a service stops with: `name` is the first setting that is wrong, the message has all of them. */
const invalid = ({ problems }: WrongSettings): HarmoniaError => {
  const [first, ...rest] = problems.map(({ setting, reason }) => ({ name: setting, reason }));
  const others = rest.map((problem) => `.\n${messageOf('invalid_configuration', problem).replace(/\.$/, '')}`);
  return new HarmoniaError('invalid_configuration', {
    name: first?.name ?? '',
    reason: `${first?.reason ?? ''}${others.join('')}`,
  });
};

/** Reads settings; what is wrong with them is an `invalid_configuration`. */
export const checkedSettings = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw error instanceof WrongSettings ? invalid(error) : error;
  }
};
