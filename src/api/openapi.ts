import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const ALIAS = /^\/api\/(?!v1(\/|$))/;

/** The contract of the service. The `/api` aliases of the same handlers are left out. */
export const openApiDocument = (app: NestFastifyApplication, version: string): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Harmonia')
    .setDescription('Runs workflows durably. The same routes are served under /api. Errors: docs/errors.md.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  const paths = Object.entries(document.paths).filter(([path]) => !ALIAS.test(path));
  return { ...document, paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))) };
};
