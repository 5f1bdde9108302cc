import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Json } from '../../../kernel/index.js';
import type { Engine, Migrate, MigrationReport } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import { CATALOG, ENGINE } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { MigrationAnswer } from '../dto/answers.js';
import { MigrateDto } from '../dto/bodies.js';
import { ReexecuteQueryDto } from '../dto/queries.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';

const reportBody = ({ unaffected, migratable, mustFinish }: MigrationReport): Record<string, Json> => ({
  unaffected: [...unaffected],
  migratable: [...migratable],
  must_finish: mustFinish.map(({ execution, obstacles }) => ({
    execution_id: execution,
    reasons: obstacles.map((obstacle) => ({ ...obstacle })),
  })),
});

/** Open executions that go on with another version of their workflow. */
@ApiTags('workflows')
@Controller(['api/v1/workflows', 'api/workflows'])
export class MigrationController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
  ) {}

  @Post(':id/migrate')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Let open executions go on with another version, in one transaction; dry_run=true answers which can. ' +
      'To go back, migrate to the version before.',
  })
  @Answered(MigrationAnswer, { description: 'What became of each execution, or would.' })
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  async migrate(
    @Param('id') text: string,
    @Body() body: MigrateDto,
    @Query() { dry_run: dryRun = false }: ReexecuteQueryDto,
  ): Promise<Envelope> {
    const request = await this.requestOf(text, body);
    const report = dryRun ? this.engine.planMigration(request) : await this.engine.migrate(request);
    const migrated = dryRun ? 0 : report.migratable.length;
    const version = request.workflow.pinned.version;
    const data = { to_version: version, dry_run: dryRun, ...reportBody(report), migrated };
    return success(dryRun ? 'Planned' : `${migrated} execution(s) go on with version ${version}`, data, { migrated });
  }

  private async requestOf(text: string, body: MigrateDto): Promise<Migrate> {
    const id = uuidAt(text, '/id');
    const { from_version: fromVersion, to_version: toVersion, execution_ids: ids } = body;
    if (fromVersion !== undefined) await this.catalog.find(id, fromVersion);
    const executions = ids?.map((execution, index) => uuidAt(execution, `/execution_ids/${index}`));
    return {
      workflow: await this.catalog.runnable(id, toVersion),
      ...(fromVersion !== undefined && { fromVersion }),
      ...(executions && { executions }),
    };
  }
}
