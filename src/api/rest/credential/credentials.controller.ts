import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { fault, HarmoniaError, isoInstant, type Json } from '../../../kernel/index.js';
import {
  isCredentialName,
  isManagedName,
  publicFields,
  readCredential,
  type Credentials,
  type KnownCredential,
} from '../../../credential/index.js';
import { CREDENTIALS } from '../../tokens.js';
import { Answered, AnsweredEmpty, AnsweredList } from '../dto/answered.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { requestFault } from '../validation.js';
import { CredentialItem, RotationAnswer } from './answers.js';
import { CREDENTIAL_BODY } from './body.js';
import { CredentialQueryDto, RemoveCredentialQueryDto } from './queries.js';

const NAME = 'a name of letters, digits, _, ., - from a letter or _ on, at most 128 characters';

const item = ({ name, type, description, opened, createdAt, updatedAt }: KnownCredential): Record<string, Json> => ({
  name,
  type,
  description: description ?? null,
  managed: isManagedName(name),
  usable: opened.is === 'open',
  problem: opened.is === 'open' ? null : opened.reason,
  public_fields: opened.is === 'open' ? publicFields(opened.credential) : {},
  created_at: isoInstant(createdAt),
  updated_at: isoInstant(updatedAt),
});

/** Credentials. What is secret goes in, and never comes out. */
@ApiTags('credentials')
@Controller(['api/v1/credentials', 'api/credentials'])
export class CredentialsController {
  constructor(@Inject(CREDENTIALS) private readonly credentials: Credentials) {}

  @Get()
  @ApiOperation({ summary: 'List credentials by name, without what is secret.' })
  @AnsweredList('credentials', CredentialItem)
  list(@Query() query: CredentialQueryDto): Envelope {
    const page = pageOf(query);
    const { managed = false, sort_order: order = 'asc' } = query;
    const { items, total } = this.credentials.list({ ...page, managed, descending: order === 'desc' });
    return listing('credentials', items.map(item), { ...page, total });
  }

  @Post('rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Encrypt all credentials with a new key, and forget the old one.' })
  @ApiResponse({ status: 409, description: 'credential_key_given: the key is not for Harmonia to change.' })
  @Answered(RotationAnswer)
  async rotate(): Promise<Envelope> {
    const { rotated, unreadable } = await this.credentials.rotate();
    return success(`${rotated} credential(s) are under the newest key`, { rotated, unreadable });
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a credential, without what is secret.' })
  @ApiResponse({ status: 404, description: 'credential_not_found' })
  @Answered(CredentialItem)
  get(@Param('name') name: string): Envelope {
    return success('Credential', item(this.mustFind(name)));
  }

  @Put(':name')
  @ApiOperation({
    summary: 'Make a credential, or put another one in its place. Executions see it from their next attempt on.',
  })
  @ApiBody({ schema: CREDENTIAL_BODY })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer; never with a value.' })
  @Answered(CredentialItem, { description: 'It took the place of another one.' })
  @Answered(CredentialItem, { status: 201, description: 'Made.' })
  async put(
    @Param('name') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const read = readCredential(body);
    const own = isCredentialName(name) && !isManagedName(name);
    const faults = [...(own ? [] : [fault('wrong_type', '/name', { expected: NAME })]), ...(read.ok ? [] : read.error)];
    if (!read.ok || faults.length > 0) throw requestFault(...faults);
    const { known, isNew } = await this.credentials.write(name, read.value);
    void reply.status(isNew ? 201 : 200);
    return success(isNew ? 'Credential made' : 'Credential replaced', item(known));
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Delete a credential.' })
  @ApiResponse({ status: 404, description: 'credential_not_found' })
  @ApiResponse({ status: 409, description: 'credential_in_use: something names it. credential_managed.' })
  @AnsweredEmpty()
  async remove(@Param('name') name: string, @Query() { force = false }: RemoveCredentialQueryDto): Promise<Envelope> {
    this.mustFind(name);
    if (isManagedName(name)) throw new HarmoniaError('credential_managed', { name });
    const users = force ? [] : await this.credentials.usedBy(name);
    if (users.length > 0) throw new HarmoniaError('credential_in_use', { name, users: users.join(', ') });
    if (!(await this.credentials.remove(name))) throw new HarmoniaError('credential_not_found', { name });
    return success('Credential deleted', null);
  }

  private mustFind(name: string): KnownCredential {
    const found = this.credentials.find(name);
    if (!found) throw new HarmoniaError('credential_not_found', { name });
    return found;
  }
}
