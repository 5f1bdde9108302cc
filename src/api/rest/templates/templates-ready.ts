import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import type { TemplateService } from '../../../template/index.js';
import { TEMPLATES } from '../../tokens.js';

/** The first who asks for templates waits until those that come with Harmonia and its plugins are kept. */
@Injectable()
export class TemplatesReady implements CanActivate {
  constructor(@Inject(TEMPLATES) private readonly templates: TemplateService) {}

  async canActivate(): Promise<boolean> {
    await this.templates.ready();
    return true;
  }
}
