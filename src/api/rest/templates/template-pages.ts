import { Inject, Injectable } from '@nestjs/common';
import type { Json, Uuid } from '../../../kernel/index.js';
import type { SavedTemplate, TemplateService, TemplateWithVersion } from '../../../template/index.js';
import { TEMPLATES } from '../../tokens.js';
import { success, type Envelope } from '../envelope.js';
import { templateDetails } from './present-template.js';

/** Templates as the API shows them. */
@Injectable()
export class TemplatePages {
  constructor(@Inject(TEMPLATES) private readonly templates: TemplateService) {}

  async details(found: TemplateWithVersion | SavedTemplate): Promise<Record<string, Json>> {
    const { repository, categories } = this.templates;
    return templateDetails({
      found,
      described: await repository.described(found),
      categories: await categories.list(),
      history: await repository.changes(found.template.id),
      ...('warnings' in found && { warnings: found.warnings }),
    });
  }

  async answer(message: string, found: TemplateWithVersion | SavedTemplate): Promise<Envelope> {
    return success(message, await this.details(found), named(found.template.id));
  }
}

const named = (id: Uuid): { template_id: Uuid; id: Uuid } => ({ template_id: id, id });
