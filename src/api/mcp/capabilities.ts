/** A group of tools, as upstream announces them. */
export interface Capability {
  readonly name: string;
  readonly description: string;
  readonly modality: 'orchestration' | 'integration';
}

export const CAPABILITIES: readonly Capability[] = [
  {
    name: 'workflow_definition_management',
    description: 'Create, change, check, show, list and delete workflows.',
    modality: 'orchestration',
  },
  {
    name: 'workflow_execution',
    description: 'Run workflows, watch, steer and diagnose their executions.',
    modality: 'orchestration',
  },
  {
    name: 'template_management',
    description: 'Make templates of workflows, and workflows of templates.',
    modality: 'orchestration',
  },
  {
    name: 'component_integration',
    description: 'List the components of the platform, and call their actions.',
    modality: 'integration',
  },
];
