import { everything, executionInBody, maybe, workflowInBody } from '../../access/route-access.js';
import type { JsonObject } from '../../../kernel/index.js';
import { assumedResults } from '../../rest/assistants/assumed-results.js';
import { DiagnoseDto, ExplainDto, ExpressionHelpDto, PlanDto } from '../../rest/assistants/assistant-bodies.js';
import { givenBudget } from '../../rest/assistants/given-budget.js';
import { expressionRequest } from '../../rest/assistants/expression-request.js';
import { Id, Strict } from '../../rest/dto/fields.js';
import { generateRequest } from '../../rest/generation/generate-request.js';
import { GenerateDto } from '../../rest/generation/generation-bodies.js';
import { uuidAt } from '../../rest/validation.js';
import { answer, defineTool, listOf, object, objectOrNull, text, type Tool } from '../tool.js';

/** Each may ask a model, or thinks as long as one. */
const about = { category: 'workflow_management', tags: ['assistant'], access: 'read', rate: 'models' } as const;

@Strict()
class PlanArguments extends PlanDto {
  @Id({ required: true })
  workflow_id!: string;
}

@Strict()
class DiagnoseArguments extends DiagnoseDto {
  @Id({ required: true })
  execution_id!: string;
}

@Strict()
class ExplainArguments extends ExplainDto {
  @Id({ required: true })
  workflow_id!: string;
}

const plan = defineTool({
  ...about,
  name: 'PlanWorkflow',
  about: workflowInBody,
  title: 'What an execution will do',
  description:
    'Tell what an execution of a workflow will do before it is started: what runs, may run or can not, hosts, credentials, effects, waits, time and money. Starts nothing.',
  input: PlanArguments,
  output: answer({ workflow: object, tasks: listOf(object) }),
  run: ({ assistants, clock }, { workflow_id: workflow, version, input, assume }, { asker: { sight } }) =>
    assistants.plan({
      ...(sight && { sees: (started) => sight.has(started) }),
      ...{ workflow: uuidAt(workflow, '/workflow_id'), now: clock.now() },
      ...(version !== undefined && { version }),
      ...(input !== undefined && { input: input as JsonObject }),
      ...(assume !== undefined && { assume: assumedResults(assume) }),
    }),
});

const diagnose = defineTool({
  ...about,
  category: 'workflow_execution',
  name: 'DiagnoseExecution',
  about: executionInBody,
  title: 'Why an execution failed',
  description:
    'Tell why an execution failed, waits or stands still: causes with evidence from its journal, and what can be done. Changes nothing.',
  reachesOut: true,
  input: DiagnoseArguments,
  output: answer({ execution_id: text, status: text, causes: listOf(object) }),
  run: ({ assistants, clock }, { execution_id: execution, llm, budget }) =>
    assistants.diagnose({
      ...{ execution: uuidAt(execution, '/execution_id'), now: clock.now(), budget: givenBudget(budget) },
      ...(llm !== undefined && { llm }),
    }),
});

const explain = defineTool({
  ...about,
  name: 'ExplainWorkflow',
  about: workflowInBody,
  title: 'What a workflow does, in words',
  description:
    'Explain a workflow: its order, what runs at the same time, what it touches, what a failure leads to. Starts nothing.',
  reachesOut: true,
  input: ExplainArguments,
  output: answer({ workflow: object, audience: text, sections: listOf(object), text }),
  run: ({ assistants, clock }, { workflow_id: workflow, version, audience, llm, budget }) =>
    assistants.explain({
      ...{ workflow: uuidAt(workflow, '/workflow_id'), now: clock.now(), budget: givenBudget(budget) },
      ...(version !== undefined && { version }),
      ...(audience !== undefined && { audience }),
      ...(llm !== undefined && { llm }),
    }),
});

const generate = defineTool({
  ...about,
  name: 'GenerateWorkflow',
  about: everything,
  access: 'write',
  keepsNothing: true,
  title: 'Workflows from words',
  description:
    'Make workflows of words: the nearest templates with what the words say filled in, and what a model of Harmonia writes, all checked. Keeps nothing; ImportWorkflowDefinition keeps one.',
  reachesOut: true,
  input: GenerateDto,
  output: answer({ candidates: listOf(object), rejected: listOf(object) }),
  run: ({ generation }, given) => generation.generate(generateRequest(given)),
});

const help = defineTool({
  ...about,
  name: 'HelpWithExpression',
  about: maybe(workflowInBody),
  title: 'Help with an expression',
  description:
    'Tell what a CEL expression reads, gives and lacks where it is to stand; or find expressions that do what words say, each compiled and tried.',
  reachesOut: true,
  input: ExpressionHelpDto,
  output: answer({ expression: objectOrNull, context: object, candidates: listOf(object) }),
  run: ({ assistants, clock }, given) => assistants.expression(expressionRequest(given, clock.now())),
});

export const ASSISTANT_TOOLS: readonly Tool[] = [plan, diagnose, explain, generate, help];
