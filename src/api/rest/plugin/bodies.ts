import { Flag, Strict, Text } from '../dto/fields.js';

const LONGEST_SOURCE = 2000;
const SOURCE =
  'A package of the registry (name@range), the whole path of a tarball or folder, or the https address of a tarball.';

@Strict()
export class UpgradePluginDto {
  @Text(LONGEST_SOURCE, { description: `${SOURCE} Default: as it was installed.` })
  source?: string;

  @Text(LONGEST_SOURCE, { description: 'What the tarball must be: sha512-… Default: anything.' })
  integrity?: string;

  @Flag({
    description: 'Its code may run in the process of the service. Default: it is isolated; at an upgrade: as before.',
  })
  trusted?: boolean;

  @Flag({ description: 'Install scripts may run. Default: none does.' })
  allow_scripts?: boolean;
}

@Strict()
export class InstallPluginDto {
  @Text(LONGEST_SOURCE, { required: true, description: SOURCE })
  source!: string;

  @Text(LONGEST_SOURCE, { description: 'What the tarball must be: sha512-… Default: anything.' })
  integrity?: string;

  @Flag({ description: 'Its code may run in the process of the service. Default: it is isolated.' })
  trusted?: boolean;

  @Flag({ description: 'Install scripts may run. Default: none does.' })
  allow_scripts?: boolean;
}
