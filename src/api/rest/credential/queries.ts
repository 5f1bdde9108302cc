import { Flag, FromText, OneOf } from '../dto/fields.js';
import { PageQueryDto } from '../dto/queries.js';

export class CredentialQueryDto extends PageQueryDto {
  @Flag({ description: 'true: also those that belong to features of Harmonia.' })
  @FromText()
  managed?: boolean;

  @OneOf(['asc', 'desc'], { description: 'By name; asc when absent.' })
  override sort_order?: 'asc' | 'desc';
}

export class RemoveCredentialQueryDto {
  @Flag({ description: 'Also when workflows name it.' })
  @FromText()
  force?: boolean;
}
