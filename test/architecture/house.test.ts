import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { CATALOGUE } from '../../src/kernel/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const walk = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git', 'generated'].includes(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? [path, ...walk(path)] : [path];
  });

const paths = [join(ROOT, 'src'), join(ROOT, 'plugins')].flatMap(walk);
const sources = paths.filter((path) => path.endsWith('.ts'));
const text = (path: string): string => readFileSync(path, 'utf8');
const short = (path: string): string => relative(ROOT, path);

describe('budgets', () => {
  test('no source file has more than 400 lines', () => {
    expect(sources.filter((path) => text(path).split('\n').length > 401).map(short)).toEqual([]);
  });

  test('no folder has more than 22 entries, and none lies deeper than four levels under src', () => {
    const folders = paths.filter((path) => statSync(path).isDirectory());
    expect(folders.filter((folder) => readdirSync(folder).length > 22).map(short)).toEqual([]);
    expect(
      folders.filter((folder) => short(folder).startsWith('src') && short(folder).split('/').length > 5).map(short),
    ).toEqual([]);
  });

  test('files and folders are named after a concept', () => {
    const nothing = /\/(utils?|helpers?|common|shared|misc|managers?|types)(\.ts)?$/;
    expect(paths.filter((path) => nothing.test(path)).map(short)).toEqual([]);
  });

  test('the pure zone has no `any`', () => {
    const pure =
      /^src\/(kernel|retry-policy|engine\/core|engine\/dispatch|workflow\/dialect|template\/core|plugin\/contract|api\/contract|llm\/optimizer\/simulate)\//;
    const found = sources.filter((path) => pure.test(short(path)) && /(:|<|as) any\b/.test(text(path)));
    expect(found.map(short)).toEqual([]);
  });

  test('no two classes of the API have one name: the contract keeps their schemas by it', () => {
    const names = sources
      .filter((path) => short(path).startsWith('src/api/'))
      .flatMap((path) => [...text(path).matchAll(/^export class (\w+)/gm)].map(([, name]) => name));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('no constructor takes more than seven dependencies', () => {
    const wide = sources.filter((path) => {
      let found = false;
      const visit = (node: ts.Node): void => {
        if (ts.isConstructorDeclaration(node) && node.parameters.length > 7) found = true;
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, text(path), ts.ScriptTarget.ES2022, true));
      return found;
    });
    expect(wide.map(short)).toEqual([]);
  });
});

describe('what others build on is documented', () => {
  const doors = ['src/kernel', 'src/retry-policy', 'src/plugin/contract', 'src/engine/ports'];
  test.each(doors)('every exported function and class of %s has a doc comment', (folder) => {
    const bare = walk(join(ROOT, folder))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('index.ts'))
      .flatMap((path) => {
        const file = ts.createSourceFile(path, text(path), ts.ScriptTarget.ES2022, true);
        return file.statements
          .filter(isBareExport)
          .map((statement) => `${short(path)}: ${statement.getText(file).slice(0, 60)}`);
      });
    expect(bare).toEqual([]);
  });

  const isBareExport = (statement: ts.Statement): boolean => {
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!exported || !(ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement))) return false;
    return ts.getJSDocCommentsAndTags(statement).length === 0;
  };
});

describe('errors', () => {
  test('docs/errors.md and the catalogue name the same codes', () => {
    const headings = [...text(join(ROOT, 'docs/errors.md')).matchAll(/^### `(\w+)`$/gm)].map((found) => found[1]);
    expect([...headings].sort()).toEqual(Object.keys(CATALOGUE).sort());
  });

  test('docs/errors.md is what npm run docs:errors makes', () => {
    const made = execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `import { errorsPage } from '${ROOT}scripts/errors-page.mjs'; process.stdout.write(errorsPage());`,
    ]);
    expect(text(join(ROOT, 'docs/errors.md'))).toBe(made.toString('utf8'));
  });

  test('every code is used somewhere', () => {
    const code = sources
      .filter((path) => !path.endsWith('error-catalogue.ts'))
      .map(text)
      .join('\n');
    expect(Object.keys(CATALOGUE).filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });
});
