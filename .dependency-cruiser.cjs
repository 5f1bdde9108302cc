// The directions of docs/architecture.md as rules. Each fails the build.
const PURE =
  '^src/(kernel|retry-policy|engine/core|engine/dispatch|workflow/dialect|template/core|plugin/contract|api/contract|tekton/utilities/(backoff|registration/life)|llm/optimizer/(ir|dependence|rules|rewrite|verify|prove|simulate|differential|trial))/';
const ADAPTER = '^src/(persistence|json-schema|llm|hermes|tekton|telemetry|integration|plugin/host|api|cli|ui)/';
const DOOR = '/index\\.ts$';
/** What every component of the platform has: a library, whose parts have a door each so that nobody loads what it does not need. */
const UTILITIES = '^src/tekton/utilities/(index|[^/]+/index)\\.ts$';
const pkg = (names) => `(^|node_modules/)(${names})(/|$)`;
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

/** The composition root: the files that know the adapters. The command line starts them. */
const ROOT = '^src/((main|index|harmonia|app\\.module)\\.ts$|nest/|composition/)';

module.exports = {
  forbidden: [
    rule('no-cycle', {}, { circular: true }),
    rule('kernel-is-a-leaf', { path: '^src/kernel/' }, { path: '^src/', pathNot: '^src/kernel/' }),
    rule('pure-sees-only-pure', { path: PURE }, { path: '^src/', pathNot: PURE }),
    rule('pure-knows-no-node', { path: PURE }, { dependencyTypes: ['core'] }),
    rule(
      'pure-knows-few-libraries',
      { path: PURE },
      { pathNot: ['^src/', pkg('@marcbachmann/cel-js|re2js|semver|@noble/hashes')], dependencyTypesNot: ['core'] },
    ),
    rule('everything-resolves', {}, { couldNotResolve: true, pathNot: '^@tekton/harmonia/plugin$' }),
    rule(
      'checker-knows-no-rewriter',
      { path: '^src/llm/optimizer/(verify|dependence|ir)/' },
      { path: '^src/llm/', pathNot: '^src/llm/optimizer/(verify|dependence|ir)/' },
    ),
    rule('core-below-everything', { path: '^src/engine/core/' }, { path: '^src/(template|workflow|plugin|api|llm)/' }),
    rule(
      'engine-sees-ports-not-adapters',
      { path: '^src/engine/(dispatch|ports|embedded|distributed)/' },
      { path: '^src/', pathNot: ['^src/engine/', PURE] },
    ),
    rule(
      'workflow-sees-core-and-ports',
      { path: '^src/workflow/' },
      { path: '^src/', pathNot: ['^src/workflow/', '^src/(kernel|engine/core|engine/ports|engine)/index\\.ts$'] },
    ),
    rule(
      'template-sees-core-and-ports',
      { path: '^src/template/' },
      {
        path: '^src/',
        pathNot: [
          '^src/template/',
          '^src/(kernel|engine/core|engine/ports|workflow|workflow/dialect|workflow/ports|credential/ports)/index\\.ts$',
        ],
      },
    ),
    rule(
      'credentials-see-the-contract',
      { path: '^src/credential/' },
      { path: '^src/', pathNot: ['^src/credential/', '^src/(kernel|plugin/contract|plugin/ports)/index\\.ts$'] },
    ),
    rule(
      'encryption-stays-home',
      { path: '^src/', pathNot: '^src/(credential|tekton/utilities/authentication)/' },
      { path: pkg('jose'), dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'utilities-stand-alone',
      { path: '^src/tekton/utilities/' },
      { path: '^src/', pathNot: ['^src/tekton/utilities/', '^src/kernel/index\\.ts$'] },
    ),
    rule(
      'utilities-have-doors',
      { path: '^src/', pathNot: '^src/tekton/utilities/' },
      { path: '^src/tekton/utilities/', pathNot: UTILITIES },
    ),
    rule(
      'each-utility-has-a-door',
      { path: '^src/tekton/utilities/([^/]+)/' },
      {
        path: '^src/tekton/utilities/',
        pathNot: ['^src/tekton/utilities/$1/', '^src/tekton/utilities/[^/]+/index\\.ts$'],
      },
    ),
    // A library of its own, for browsers too: what Node alone has, it loads when it is asked for it.
    rule(
      'client-stands-alone',
      { path: '^src/client/' },
      { path: '^src/', pathNot: ['^src/client/', '^src/tekton/utilities/(backoff|environment|errors)/index\\.ts$'] },
    ),
    rule(
      'client-loads-node-late',
      { path: '^src/client/' },
      {
        path: ['^src/tekton/utilities/environment/', pkg('ws')],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule('client-knows-no-node', { path: '^src/client/' }, { dependencyTypes: ['core'] }),
    rule(
      'client-knows-few-libraries',
      { path: '^src/client/' },
      { pathNot: ['^src/', pkg('openapi-fetch|eventsource-parser|ws')], dependencyTypesNot: ['core'] },
    ),
    rule('typed-routes-stay-home', { path: '^src/', pathNot: '^src/client/' }, { path: pkg('openapi-fetch') }),
    rule('log-lines-stay-home', { path: '^src/', pathNot: '^src/tekton/utilities/logging/' }, { path: pkg('pino') }),
    rule(
      'access-sees-nobody',
      { path: '^src/access/' },
      { path: '^src/', pathNot: ['^src/access/', '^src/(kernel|tekton/utilities/authentication)/index\\.ts$'] },
    ),
    rule(
      'adapters-are-strangers',
      { path: ADAPTER },
      {
        path: ADAPTER,
        pathNot: ['^src/$1/', '^src/api/contract/index\\.ts$', '^src/[^/]+/ports/index\\.ts$', UTILITIES],
      },
    ),
    rule(
      'integrations-use-the-contract',
      { path: '^src/integration/' },
      {
        path: '^src/',
        pathNot: ['^src/(integration|plugin/(contract|ports)|credential/ports|engine/ports|kernel)/', UTILITIES],
      },
    ),
    rule(
      'isolation-stands-on-the-host',
      { path: '^src/plugin/isolation/' },
      { path: '^src/', pathNot: '^src/(plugin/(isolation|contract|host)|engine/core|kernel)/' },
    ),
    rule('pools-stay-home', { path: '^src/', pathNot: '^src/plugin/isolation/' }, { path: pkg('piscina') }),
    rule('config-is-read-once', { path: '^src/', pathNot: [ROOT, '^src/(config|cli)/'] }, { path: '^src/config/' }),
    rule('only-the-command-line-starts-it', { path: '^src/', pathNot: [ROOT, '^src/cli/'] }, { path: ROOT }),
    rule('through-the-door', { path: '^src/([^/]+)/' }, { path: '^src/[^/]+/', pathNot: ['^src/$1/', DOOR] }),
    rule('host-never-imports-plugins', { path: '^src/' }, { path: '^(plugins|@tekton-plugins)/' }),
    rule(
      'plugin-sees-only-the-contract',
      { path: '^plugins/([^/]+)/' },
      {
        path: '^(src|dist|plugins|@tekton-plugins|@tekton|node_modules/(typeorm|@nestjs))(/|$)',
        pathNot: ['^plugins/$1/', '^(src|dist)/plugin/contract/index\\.(ts|js|d\\.ts)$', '^@tekton/harmonia/plugin$'],
      },
    ),
    // In a process of its own: two handles on one file in one process drop each other's locks.
    rule(
      'sqlite-in-its-own-process',
      { path: '^plugins/', pathNot: '^plugins/sql/src/sqlite-(process|session)\\.ts$' },
      { path: pkg('better-sqlite3') },
    ),
    rule(
      'orm-stays-home',
      { path: '^src/', pathNot: '^src/persistence/' },
      { path: pkg('typeorm|@nestjs/typeorm|pg|better-sqlite3') },
    ),
    rule(
      'ajv-stays-home',
      { path: '^src/', pathNot: '^src/(json-schema|tekton/utilities/configuration)/' },
      { path: pkg('ajv|ajv-formats') },
    ),
    rule(
      'models-stay-home',
      { path: '^src/', pathNot: '^src/llm/' },
      { path: pkg('openai|langchain|@langchain/[^/]+') },
    ),
    rule(
      'measuring-stays-home',
      { path: '^src/', pathNot: '^src/telemetry/' },
      { path: pkg('prom-client|@opentelemetry/[^/]+') },
    ),
    // Who is never asked for metrics, and sends no traces, loads neither.
    rule(
      'measuring-loads-late',
      { path: '^src/telemetry/', pathNot: '^src/telemetry/trace/export/' },
      {
        path: [pkg('prom-client|@opentelemetry/[^/]+'), '^src/telemetry/trace/export/'],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    ),
    // Loading them takes half a second and 100 MB, which nobody pays who asks no model.
    rule(
      'models-load-late',
      { path: '^src/llm/', pathNot: '/chat-tekton-llm\\.ts$' },
      {
        path: [pkg('openai|langchain|@langchain/[^/]+'), '/chat-tekton-llm\\.ts$'],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    ),
    // A start sends nothing and packs nothing.
    rule(
      'unused-at-a-start-loads-late',
      { path: '^src/' },
      { path: pkg('undici|tar'), dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'mcp-stays-home',
      { path: '^src/', pathNot: '^src/api/mcp/(protocol|bridge)/' },
      { path: pkg('@modelcontextprotocol/[^/]+') },
    ),
    // Loading it takes a tenth of a second, which nobody pays who does not speak it.
    rule(
      'mcp-loads-late',
      { path: '^src/', pathNot: '^src/api/mcp/(protocol|bridge)/' },
      { path: '^src/api/mcp/(protocol|bridge)/', dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'nest-stays-outside',
      {
        path: '^src/((kernel|retry-policy|engine|workflow|template|credential|access|composition|plugin|integration|json-schema|persistence|llm|tekton|telemetry|config|cli)/|harmonia\\.ts$)',
      },
      { path: pkg('@nestjs/[^/]+') },
    ),
    rule(
      'embedding-needs-no-service',
      { path: '^src/(nest/|index\\.ts$)' },
      { path: '^src/(api|cli|main|app\\.module)' },
    ),
    rule(
      'only-those-who-test-simulate',
      { path: '^src/', pathNot: '^src/(simulation|cli|plugin/testing)/' },
      { path: '^src/simulation/' },
    ),
    rule('nobody-imports-tests', { path: '^(src|plugins/[^/]+/src)/' }, { path: '(^|/)test/' }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^plugins/[^/]+/dist' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
