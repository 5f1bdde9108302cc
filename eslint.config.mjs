import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Files whose classes Nest injects: it reads the types of constructor parameters at run time, so they stay values. */
const INJECTED = ['src/api/**/*.ts', 'src/nest/**/*.ts', 'src/app.module.ts', 'src/main.ts'];
const PURE = [
  'src/kernel/**/*.ts',
  'src/retry-policy/**/*.ts',
  'src/engine/core/**/*.ts',
  'src/engine/dispatch/**/*.ts',
  'src/workflow/dialect/**/*.ts',
  'src/template/core/**/*.ts',
  'src/plugin/contract/**/*.ts',
  'src/api/contract/**/*.ts',
  'src/tekton/utilities/backoff/**/*.ts',
  'src/tekton/utilities/registration/life/**/*.ts',
  'src/llm/optimizer/simulate/**/*.ts',
  'src/llm/optimizer/trial/**/*.ts',
];

const noClock = ['Date.now', 'Math.random', 'performance.now'].map((call) => {
  const [object, property] = call.split('.');
  return {
    selector: `CallExpression[callee.object.name='${object}'][callee.property.name='${property}']`,
    message: 'The pure zone knows no clock and no chance: they arrive inside requests.',
  };
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'coverage/**',
      '.harmonia/**',
      'docs/openapi.json',
      'src/client/generated/**',
      'examples/**',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setImmediate: 'readonly',
        performance: 'readonly',
        module: 'writable',
        require: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['src/**/*.ts', 'plugins/*/src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: 'error',
      complexity: ['error', 16],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `void` on purpose says that nobody waits.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      // A method of a union of nothing and something is how a task may be written.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Errors of other realms and of plugins are recognised by brand, so what is thrown is not always an Error here.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'plugins/*/src/**/*.ts'],
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 50],
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      'no-console': 'error',
    },
  },
  {
    // Constructors are injected: seven is the ceiling there, checked in test/architecture.
    files: INJECTED,
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/max-params': ['error', { max: 7 }],
    },
  },
  {
    files: PURE,
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noClock,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The pure zone knows no clock.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/cli/**', 'src/main.ts', 'src/nest/harmonia-parts.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'src/config is the one reader of the environment.' },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { 'max-lines': ['error', 600], '@typescript-eslint/no-base-to-string': 'off' } },
);
