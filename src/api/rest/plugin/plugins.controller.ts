import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { fault, isJsonObject, type JsonObject } from '../../../kernel/index.js';
import type { PluginAdministration } from '../../../plugin/ports/index.js';
import { PLUGINS } from '../../tokens.js';
import { Answered, AnsweredEmpty, AnsweredList } from '../dto/answered.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { plainJson, requestFault } from '../validation.js';
import { PluginConfigAnswer, PluginItem, TaskTypeItem } from './answers.js';
import { InstallPluginDto, UpgradePluginDto } from './bodies.js';
import { OwnPagesGuard } from './own-pages.guard.js';
import { pluginItem, taskTypeItem } from './plugin-item.js';

const REFUSALS =
  'plugin_source_refused, plugin_tarball_refused, plugin_integrity, plugin_invalid, plugin_needs_trust …';

/** The plugins of the service, and what they offer. Changes need no restart. */
@ApiTags('plugins')
@Controller(['api/v1', 'api'])
export class PluginsController {
  constructor(@Inject(PLUGINS) private readonly plugins: PluginAdministration) {}

  @Get('plugins')
  @ApiOperation({ summary: 'List the plugins by id.' })
  @AnsweredList('plugins', PluginItem)
  list(@Query() query: PageQueryDto): Envelope {
    return paged('plugins', this.plugins.list().map(pluginItem), query);
  }

  @Get('task-types')
  @ApiOperation({ summary: 'List the kinds of tasks that a workflow may use now, by type.' })
  @AnsweredList('task_types', TaskTypeItem)
  types(@Query() query: PageQueryDto): Envelope {
    const enabled = this.plugins.list().filter((plugin) => plugin.enabled);
    const types = enabled.flatMap(({ id, tasks }) => tasks.map((task) => taskTypeItem(id, task)));
    return paged('task_types', types, query);
  }

  @Post('plugins')
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Install a plugin. Its tasks can be used at once.' })
  @ApiResponse({ status: 403, description: 'foreign_origin' })
  @ApiResponse({ status: 404, description: 'plugin_not_found: there is no such package.' })
  @ApiResponse({ status: 409, description: 'plugin_exists' })
  @ApiResponse({ status: 422, description: `${REFUSALS} Nothing was installed.` })
  @Answered(PluginItem, { status: 201, description: 'Installed.', hints: { plugin_id: { type: 'string' } } })
  async install(@Body() body: InstallPluginDto): Promise<Envelope> {
    const { allow_scripts: allowScripts, ...request } = body;
    const plugin = await this.plugins.install({ ...request, allowScripts });
    return success('Plugin installed', pluginItem(plugin), { plugin_id: plugin.id });
  }

  @Get('plugins/:id')
  @ApiOperation({ summary: 'Get a plugin.' })
  @ApiResponse({ status: 404, description: 'plugin_unknown' })
  @Answered(PluginItem)
  get(@Param('id') id: string): Envelope {
    return success('Plugin', pluginItem(this.plugins.find(id)));
  }

  @Delete('plugins/:id')
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Remove an installed plugin. Executions under way keep it until they end.' })
  @ApiResponse({ status: 404, description: 'plugin_unknown' })
  @ApiResponse({ status: 409, description: 'plugin_not_installed: it comes from elsewhere; disable it.' })
  @AnsweredEmpty()
  async remove(@Param('id') id: string): Promise<Envelope> {
    await this.plugins.remove(id);
    return success('Plugin removed', null);
  }

  @Post('plugins/:id/upgrade')
  @HttpCode(200)
  @UseGuards(OwnPagesGuard)
  @ApiOperation({
    summary: 'Put another version in the place of an installed plugin. Executions under way keep theirs.',
  })
  @ApiResponse({ status: 409, description: 'plugin_not_installed' })
  @ApiResponse({ status: 422, description: `${REFUSALS} The version that was there stays.` })
  @Answered(PluginItem)
  async upgrade(@Param('id') id: string, @Body() body: UpgradePluginDto): Promise<Envelope> {
    const { allow_scripts: allowScripts, ...request } = body;
    return success('Plugin upgraded', pluginItem(await this.plugins.upgrade(id, { ...request, allowScripts })));
  }

  @Post('plugins/:id/enable')
  @HttpCode(200)
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Switch a plugin on.' })
  @Answered(PluginItem)
  async enable(@Param('id') id: string): Promise<Envelope> {
    return success('Plugin enabled', pluginItem(await this.plugins.enable(id)));
  }

  @Post('plugins/:id/disable')
  @HttpCode(200)
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Switch a plugin off. Executions under way keep it; new ones do not find it.' })
  @Answered(PluginItem)
  async disable(@Param('id') id: string): Promise<Envelope> {
    return success('Plugin disabled', pluginItem(await this.plugins.disable(id)));
  }

  @Get('plugins/:id/config')
  @ApiOperation({ summary: 'Get the settings of a plugin.' })
  @Answered(PluginConfigAnswer)
  config(@Param('id') id: string): Envelope {
    const { settings, settingsSchemas } = this.plugins.find(id);
    return success('Settings', { config: settings, schemas: settingsSchemas });
  }

  @Put('plugins/:id/config')
  @UseGuards(OwnPagesGuard)
  @ApiOperation({
    summary:
      'Make the settings of a plugin, over those of the configuration. Attempts that begin from now on see them.',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 422, description: 'They do not fit; plugin_not_started. The settings before stay.' })
  @Answered(PluginConfigAnswer)
  async configure(@Param('id') id: string, @Body() body: unknown): Promise<Envelope> {
    const settings = plainJson(body, '');
    if (!isJsonObject(settings)) throw requestFault(fault('wrong_type', '', { expected: 'an object' }));
    const { settings: config, settingsSchemas: schemas } = await this.plugins.configure(id, settings);
    return success('Settings made', { config, schemas });
  }
}

const paged = (name: string, items: readonly JsonObject[], query: PageQueryDto): Envelope => {
  const page = pageOf(query);
  return listing(name, items.slice(page.offset, page.offset + page.limit), { ...page, total: items.length });
};
