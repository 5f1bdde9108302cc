import type { EngineStatus } from '../../engine/index.js';
import type { DestinationState } from '../../integration/ports/index.js';
import type { Clock } from '../../kernel/index.js';
import type { PluginDescription } from '../../plugin/ports/index.js';
import type { BacklogReader } from '../ports/index.js';
import { gauge, MOST_VALUES, type Family, type Sample } from './tally.js';

/** Where the state of the service is read at every scrape. */
export interface ServiceState {
  readonly version: string;
  readonly clock: Clock;
  readonly status: () => EngineStatus;
  readonly plugins: () => readonly Pick<PluginDescription, 'id' | 'enabled' | 'installation'>[];
  readonly destinations: () => readonly Pick<DestinationState, 'state' | 'inFlight' | 'queued'>[];
  readonly backlogs: BacklogReader;
}

const sumOf = <T>(items: readonly T[], amount: (item: T) => number): number =>
  items.reduce((sum, item) => sum + amount(item), 0);

const engine = ({ version, status }: ServiceState): Family[] => {
  const { state, open, running, waiting, storage } = status();
  return [
    gauge({ name: 'harmonia_build_info', help: '1; the version is in the label.', labels: ['version'] }, [
      { labels: { version }, value: 1 },
    ]),
    gauge({ name: 'harmonia_up', help: '1 while work is taken.' }, state === 'running' ? 1 : 0),
    gauge(
      { name: 'harmonia_storage_writable', help: '1 while the store takes writes.' },
      storage === undefined ? 1 : 0,
    ),
    gauge({ name: 'harmonia_executions_open', help: 'Executions that have not ended.' }, open),
    gauge({ name: 'harmonia_tasks_running', help: 'Attempts that run.' }, running),
    gauge({ name: 'harmonia_queue_length', help: 'Steps that are ready and wait for a slot.' }, waiting),
  ];
};

const plugins = (state: ServiceState): Family[] => {
  const all = state.plugins();
  const shown = all.slice(0, MOST_VALUES);
  const is = (name: string, help: string, value: (plugin: (typeof all)[number]) => boolean): Family =>
    gauge(
      { name, help, labels: ['plugin'] },
      shown.map((plugin): Sample => ({ labels: { plugin: plugin.id }, value: value(plugin) ? 1 : 0 })),
    );
  return [
    gauge({ name: 'harmonia_plugins', help: 'Plugins that there are.' }, all.length),
    is('harmonia_plugin_enabled', '1 while new executions find it; 0: it is switched off.', ({ enabled }) => enabled),
    is(
      'harmonia_plugin_isolated',
      '1: its code runs in workers.',
      ({ installation }) => installation?.trusted === false,
    ),
  ];
};

const destinations = (state: ServiceState): Family[] => {
  const all = state.destinations();
  const states = ['closed', 'open', 'half_open'] as const;
  return [
    gauge(
      {
        name: 'harmonia_destinations',
        help: 'Destinations of requests, by the state of their circuit; open: it is left alone.',
        labels: ['state'],
      },
      states.map((name) => ({ labels: { state: name }, value: all.filter(({ state: at }) => at === name).length })),
    ),
    gauge(
      { name: 'harmonia_outbound_requests_in_flight', help: 'Requests to them under way.' },
      sumOf(all, ({ inFlight }) => inFlight),
    ),
    gauge(
      { name: 'harmonia_outbound_requests_queued', help: 'Requests to them that wait for their turn.' },
      sumOf(all, ({ queued }) => queued),
    ),
  ];
};

const backlogs = ({ backlogs: reader, clock }: ServiceState): Family[] => {
  const { inbox, dispatches, ticks, late, databaseBytes, walBytes } = reader.read(clock.now());
  const bounded = `${reader.most} when there are more`;
  return [
    gauge({ name: 'harmonia_inbox_pending', help: `Deliveries that had no effect yet; ${bounded}.` }, inbox),
    gauge({ name: 'harmonia_webhooks_pending', help: `Webhooks that are to be sent; ${bounded}.` }, dispatches),
    gauge({ name: 'harmonia_schedule_ticks_pending', help: `Ticks that are to start something; ${bounded}.` }, ticks),
    gauge(
      { name: 'harmonia_schedule_lateness_seconds', help: 'How late the next tick is; 0: it is not.' },
      late / 1000,
    ),
    gauge({ name: 'harmonia_database_size_bytes', help: 'The database and its log.', labels: ['file'] }, [
      { labels: { file: 'database' }, value: databaseBytes },
      { labels: { file: 'wal' }, value: walBytes },
    ]),
  ];
};

/** What the service is like now. */
export const serviceGauges = (state: ServiceState): readonly Family[] => [
  ...engine(state),
  ...plugins(state),
  ...destinations(state),
  ...backlogs(state),
];
