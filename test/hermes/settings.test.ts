import { describe, expect, test } from '@jest/globals';
import { createPeers } from '../../src/composition/hermes/peers.js';
import { readConfig, type Config } from '../../src/config/index.js';

const hermesIn = (environment: Record<string, string>): Config['hermes'] => readConfig(environment).hermes;

describe('Hermes is found', () => {
  test.each([
    ['by its address', { HERMES_URL: 'http://hermes.local:9001' }, 'http://hermes.local:9001'],
    ['with /api, as some write it', { HERMES_URL: 'https://hermes.local/api/' }, 'https://hermes.local'],
    ['by its port, on localhost', { HERMES_PORT: '8001' }, 'http://localhost:8001'],
    ['by its port, on the host of the platform', { HERMES_PORT: '8001', TEKTON_HOST: 'tekton' }, 'http://tekton:8001'],
    ['by host and port', { HERMES_PORT: '8001', HERMES_HOST: '::1', TEKTON_HOST: 'x' }, 'http://[::1]:8001'],
    ['by the address before the port', { HERMES_URL: 'http://a', HERMES_PORT: '8001' }, 'http://a'],
  ])('%s', (_how, environment, url) => {
    expect(hermesIn(environment)?.url).toBe(url);
  });

  test.each([
    ["without a port: nobody's port is guessed", { HERMES_HOST: 'hermes' }],
    ['without anything', {}],
    ['when it is switched off', { HERMES_URL: 'http://a', TEKTON_HERMES_DISCOVERY: 'OFF' }],
  ])('not at all %s', (_when, environment) => {
    expect(hermesIn(environment)).toBeUndefined();
  });

  test.each([
    ['HERMES_URL', { HERMES_URL: 'hermes:8001' }],
    ['HERMES_URL', { HERMES_URL: 'http://user:s3cret@hermes' }],
    ['HERMES_PORT', { HERMES_PORT: '0' }],
    ['HERMES_HOST', { HERMES_PORT: '1', HERMES_HOST: 'a/b' }],
    ['HERMES_HEARTBEAT_INTERVAL', { HERMES_PORT: '1', HERMES_HEARTBEAT_INTERVAL: '60' }],
    ['HARMONIA_COMPONENT_ID', { HERMES_PORT: '1', HARMONIA_COMPONENT_ID: 'a b' }],
    ['TEKTON_HERMES_DISCOVERY', { HERMES_PORT: '1', TEKTON_HERMES_DISCOVERY: 'maybe' }],
  ])('and a wrong %s stops the start, without showing what may be secret', (name, environment) => {
    const started = (): unknown => hermesIn(environment);
    expect(started).toThrow(new RegExp(`^Setting ${name} is wrong`));
    expect(started).not.toThrow(/s3cret/);
  });
});

describe('what Hermes is told', () => {
  test.each([
    ['where it listens', {}, { url: undefined, host: '127.0.0.1' }],
    [
      'its public address',
      { HARMONIA_PUBLIC_URL: 'https://h.example/' },
      { url: 'https://h.example', host: '127.0.0.1' },
    ],
    ['localhost, when it listens everywhere', { HARMONIA_BIND: '0.0.0.0' }, { url: undefined, host: 'localhost' }],
    [
      'TEKTON_HOST, when it listens everywhere',
      { HARMONIA_BIND: '::', TEKTON_HOST: 'tekton' },
      { url: undefined, host: 'tekton' },
    ],
    ['an address of IPv6 as a URL spells it', { HARMONIA_BIND: '::1' }, { url: undefined, host: '[::1]' }],
  ])('%s', (_what, environment, announced) => {
    expect(hermesIn({ HERMES_PORT: '1', ...environment })?.announced).toEqual(announced);
  });

  test('an id of its own and a heartbeat of its own', () => {
    expect(hermesIn({ HERMES_PORT: '1' })).toMatchObject({ componentId: 'harmonia', heartbeat: 30_000 });
    const set = { HERMES_PORT: '1', HARMONIA_COMPONENT_ID: 'harmonia-b', HERMES_HEARTBEAT_INTERVAL: '5' };
    expect(hermesIn(set)).toMatchObject({ componentId: 'harmonia-b', heartbeat: 5000 });
  });
});

test.each([
  ['the host of Hermes', 'http://localhost:1', true],
  ['another name of loopback, when Hermes is on loopback', 'http://127.0.0.1:1', true],
  ['the host of the platform', 'http://tekton:1', true],
  ['a host that is allowed', 'http://ally.example:1', true],
  ['a range that is allowed', 'http://10.1.2.3:1', true],
  ['the host of the metadata of a cloud', 'http://169.254.169.254', false],
  ['a host in the local network', 'http://192.168.0.1', false],
  ['a host in the internet', 'http://evil.example', false],
])('of an address that Hermes lists, on %s', (_where, endpoint, isTrusted) => {
  const environment = { HERMES_PORT: '8001', HERMES_HOST: 'localhost', TEKTON_HOST: 'tekton' };
  const peers = createPeers(readConfig({ ...environment, HARMONIA_HTTP_ALLOW: 'ally.example,10.0.0.0/8' }));
  peers.see([{ id: 'p', name: 'peer', endpoint, heard: undefined, registered: 1 }]);
  expect([peers.baseOf('peer') !== undefined, peers.all().map((peer) => peer.isTrusted)]).toEqual([
    isTrusted,
    [isTrusted],
  ]);
});
