import type { Answer } from './service.js';

/** Sends a request and holds the answer against its operation. */
export type Ask = (operation: string, path: string, body?: unknown) => Promise<Answer['body']>;

const T = '/api/v1/templates';

/** Every operation of templates once, and how some of them refuse. */
export const tourOfTemplates = async (ask: Ask): Promise<void> => {
  const document = {
    name: 'tour',
    parameters: { who: { type: 'string', required: true } },
    workflow_definition: { name: 'w', tasks: { a: { type: 'core/log', input: { message: '{{params.who}}' } } } },
  };
  const { category_id: category } = await ask(`POST ${T}/categories`, `${T}/categories`, { name: 'tour' });
  const c = `${T}/categories/${category as string}`;
  await ask(`POST ${T}/categories`, `${T}/categories`, { name: 5 });
  await ask(`GET ${T}/categories`, `${T}/categories`);
  await ask(`GET ${T}/categories/{id}`, c);
  await ask(`PUT ${T}/categories/{id}`, c, { description: 'of the tour' });
  const { template_id: template } = await ask(`POST ${T}`, T, document);
  const t = `${T}/${template as string}`;
  await ask(`POST ${T}`, T, {});
  const { data: exported } = await ask(`GET ${T}/{id}/export`, `${t}/export`);
  await ask(`POST ${T}/import`, `${T}/import`, exported);
  await ask(`GET ${T}`, `${T}?tags=x`);
  await ask(`GET ${T}/{id}`, t);
  await ask(`PUT ${T}/{id}`, t, { description: 'again' });
  await ask(`POST ${T}/{id}/versions`, `${t}/versions`, { ...document, version: '2.0.0' });
  await ask(`GET ${T}/{id}/versions`, `${t}/versions`);
  await ask(`GET ${T}/{id}/versions/{version}`, `${t}/versions/1.0.0`);
  await ask(`POST ${T}/{id}/rollback`, `${t}/rollback`, { version: '1.0.0' });
  const values = { parameter_values: { who: 'Ada' } };
  for (const name of ['instantiate', 'create', 'use']) await ask(`POST ${T}/{id}/${name}`, `${t}/${name}`, values);
  await ask(`POST ${T}/{id}/instantiate`, `${t}/instantiate?dry_run=true`, values);
  await ask(`POST ${T}/{id}/use`, `${t}/use`, {});
  await ask(`DELETE ${T}/{id}`, t);
  await ask(`DELETE ${T}/categories/{id}`, c);
};
