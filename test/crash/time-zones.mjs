// Runs a workflow that waits, hour by hour around the changes of daylight saving time, in one zone after another, and says
// of each when the waits end: node time-zones.mjs '["Europe/Zurich", ...]' '["2026-03-29T00:30:00Z", ...]'
import { createSchemaChecker } from '../../dist/json-schema/index.js';
import { startRun } from '../../dist/engine/core/index.js';
import { PluginRegistry } from '../../dist/plugin/host/index.js';
import { checkDocument } from '../../dist/workflow/index.js';

const [zones, starts] = process.argv.slice(2).map((text) => JSON.parse(text));
const source = {
  name: 'zones',
  tasks: {
    hour: { wait: { seconds: 3600 } },
    until: { wait: { until: '${input.until}' } },
    ok: { approval: { within: 86400 } },
    day: { wait: { until: '2026-11-25' } },
  },
};
const checked = checkDocument(source, { catalogue: new PluginRegistry(), schemas: createSchemaChecker() });
const told = {};
for (const zone of zones) {
  process.env.TZ = zone;
  told[zone] = {
    // So that a test knows that the zone was another one.
    offsets: starts.map((start) => new Date(start).getTimezoneOffset()),
    until: starts.map((start) => {
      const at = Date.parse(start);
      const request = {
        ...{ at, execution: '00000000-0000-4000-8000-000000000001', compiled: checked.compiled },
        workflow: { id: 'w', name: 'zones', version: '1.0.0', definition: 'd' },
        ...{ input: { until: '2026-12-01T02:30:00+01:00' }, metadata: {}, options: {} },
      };
      const { events } = startRun(request);
      return events.flatMap((event) => (event.type === 'step_armed' ? [[event.step, event.until - at]] : []));
    }),
  };
}
process.stdout.write(JSON.stringify(told));
