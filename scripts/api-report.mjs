// Writes docs/api/*.api.md, what plugins and applications may rely on: npm run api (after npm run build). --check: fails when they differ.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

/** The doors of the package that are promised. */
const DOORS = {
  plugin: 'dist/plugin/contract/index.d.ts',
  testing: 'dist/plugin/testing/index.d.ts',
  tekton: 'dist/tekton/utilities/index.d.ts',
  client: 'dist/client/index.d.ts',
};

/** Says whether the report is what it was. */
const report = (name, entry) => {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: `${root}${entry}`,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: `${root}tsconfig.base.json`, skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: `${root}docs/api`,
        reportTempFolder: join(tmpdir(), 'harmonia-api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: 'warning', addToApiReportFile: false },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
        compilerMessageReporting: { default: { logLevel: 'error' } },
      },
    },
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: !isCheck,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = message.logLevel !== 'error';
    },
  });
  return errorCount > 0 ? 'broken' : apiReportChanged ? 'changed' : 'same';
};

mkdirSync(`${root}docs/api`, { recursive: true });
const outcomes = Object.entries(DOORS).map(([name, entry]) => [name, report(name, entry)]);
for (const [name, outcome] of outcomes) console.log(`docs/api/${name}.api.md: ${outcome}`);
const isWrong = ([, outcome]) => outcome === 'broken' || (isCheck && outcome === 'changed');
if (outcomes.some(isWrong)) {
  console.error(
    'The public API is not what the report says. If that is wanted: npm run api, a line in CHANGELOG.md, and API_VERSION.',
  );
  process.exit(1);
}
