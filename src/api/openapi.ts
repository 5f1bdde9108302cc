import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorAnswer, NAMED } from './rest/dto/answers.js';
import { BUDGET_WORDS } from './rest/dto/budget-answers.js';
import { COMPONENT_WORDS } from './rest/components/component-answers.js';
import { DELIVERY_WORDS } from './rest/webhooks/delivery-answers.js';
import { WEBHOOK_WORDS } from './rest/webhooks/webhook-answers.js';

const ALIAS = /^\/api\/(?!v1(\/|$))/;

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const ERROR = { 'application/json': { schema: { $ref: getSchemaPath(ErrorAnswer) } } };

interface Operation {
  readonly responses: Record<string, object | undefined>;
}

/** Every error has the one shape. */
const addErrors = (operation: Operation | undefined): void => {
  if (!operation) return;
  const { responses } = operation;
  for (const [status, response] of Object.entries(responses))
    if (status >= '400') responses[status] = { ...response, content: ERROR };
  responses.default = { description: 'Any error.', content: ERROR };
};

/** The contract of the service. The `/api` aliases of the same handlers are left out. */
export const openApiDocument = (app: NestFastifyApplication, version: string): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Harmonia')
    .setDescription('Runs workflows durably. The same routes are served under /api. Errors: docs/errors.md.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method, version) => `${controller}.${method}${version ? `.${version}` : ''}`,
    extraModels: [...NAMED, ...BUDGET_WORDS, ...DELIVERY_WORDS, ...WEBHOOK_WORDS, ...COMPONENT_WORDS],
  });
  for (const item of Object.values(document.paths)) for (const method of METHODS) addErrors(item[method]);
  const paths = Object.entries(document.paths).filter(([path]) => !ALIAS.test(path));
  return { ...document, paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))) };
};
