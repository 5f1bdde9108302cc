import { readFileSync } from 'node:fs';
import type { Answer, TestService } from './service.js';

/** What the `curl` lines of a guide are answered, in their order; names in them are those that earlier answers gave. */
export const curlsOf = async (service: TestService, guide: string): Promise<readonly (readonly [string, Answer])[]> => {
  const text = readFileSync(new URL(`../../docs/guides/${guide}.md`, import.meta.url), 'utf8');
  const names: Record<string, string> = {};
  const answers: (readonly [string, Answer])[] = [];
  for (const line of text.split('\n').filter((one) => one.startsWith('curl '))) {
    const filled = line
      .replace(/\$(WORKFLOW|EXECUTION)/g, (_, name: string) => names[name] ?? '')
      .replaceAll('\\&', '&');
    const [, path = ''] = /http:\/\/127\.0\.0\.1:8007(\S+)/.exec(filled) ?? [];
    const headers = [...filled.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]);
    const file = /--data-binary @(\S+)/.exec(filled)?.[1];
    const body = file
      ? readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
      : /-d '([^']+)'/.exec(filled)?.[1];
    const answer = await service.send(
      / -X (\w+)/.exec(filled)?.[1] ?? (body ? 'POST' : 'GET'),
      path,
      body,
      Object.fromEntries(headers) as Record<string, string>,
    );
    answers.push([line, answer]);
    names.WORKFLOW ??= answer.body.workflow_id as string;
    if (answer.body.execution_id !== undefined) names.EXECUTION = answer.body.execution_id as string;
  }
  return answers;
};
