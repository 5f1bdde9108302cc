/**
 * One project per folder of test/; pick with `--selectProjects core contract`. Client, crash and package tests need the
 * built dist; suites of the service use it where it is there.
 */
const project = (name) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: '<rootDir>/test/world/service-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@tekton/harmonia/plugin$': '<rootDir>/src/plugin/contract/index.ts',
  },
});

const folders = [
  ...[
    'core',
    'engine',
    'simulation',
    'workflow',
    'template',
    'plugins',
    'credential',
    'access',
    'outbound',
    'optimizer',
    'contract',
    'integration',
    'llm',
    'hermes',
    'tekton',
    'telemetry',
  ],
  ...['client', 'e2e', 'crash', 'package', 'architecture'],
];
const shared = process.env.HARMONIA_TEST_SHARED === '1' ? ['shared'] : [];

export default {
  projects: [...folders, ...shared].map(project),
  workerIdleMemoryLimit: '1GB',
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/slowest-first.mjs',
  testTimeout: 30_000,
};
