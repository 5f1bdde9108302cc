import { expect, test } from '@jest/globals';
import { CoreWorld } from '../world/core-world.js';

// A time is an instant, whatever the zone: the hour that a change of the clock leaves out, or has twice, is none of its own.
test.each([
  ['the hour before it is left out', '1978-03-26T01:59:59+01:00', '1978-03-26T00:59:59Z'],
  ['the hour after it was left out', '1978-03-26T03:00:00+02:00', '1978-03-26T01:00:00Z'],
  ['the hour that comes twice, first', '1978-10-29T02:30:00+02:00', '1978-10-29T00:30:00Z'],
  ['the hour that comes twice, then', '1978-10-29T02:30:00+01:00', '1978-10-29T01:30:00Z'],
  ['a leap day', '1976-02-29T12:00:00-05:00', '1976-02-29T17:00:00Z'],
])('a wait until %s ends at that instant', (_, until, instant) => {
  const run = new CoreWorld({ name: 'w', tasks: { nap: { wait: { until } } } });
  const armed = run.events.find(({ type }) => type === 'step_armed');
  expect(armed).toMatchObject({ until: Date.parse(instant) });
});
