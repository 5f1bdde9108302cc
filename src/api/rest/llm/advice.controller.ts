import { applyDecorators, Body, Controller, HttpCode, Inject, Post, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { AdviceSubject, Assistants } from '../../../llm/ports/index.js';
import { ASSISTANTS } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import type { SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';
import { AdviceInWordsAnswer, ExpandedAnswer, GuessedResultAnswer, TransitionAdviceAnswer } from './advice-answers.js';
import {
  CreateWorkflowDto,
  EvaluateWithModelDto,
  ExpandDto,
  TransitionAdviceDto,
  TroubleshootDto,
} from './advice-bodies.js';
import { adviceRequest } from './given-advice.js';

const NO_ANSWER = 'llm_no_answer: no model answered anything of use in time; details.reason says why.';

const Advises = (summary: string, answer: Type<object>): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    ApiOperation({ summary: `${summary} A model says it, nobody checks it, and nothing is kept or run.` }),
    ApiResponse({ status: 503, description: NO_ANSWER }),
    Answered(answer),
    Faulty(),
  );

/** What a model alone can say. */
@ApiTags('llm')
@Controller(['api/v1/llm', 'api/llm'])
export class AdviceController {
  constructor(@Inject(ASSISTANTS) private readonly assistants: Assistants) {}

  @Post('create-workflow')
  @Advises('A plan of a workflow in words, from a goal.', AdviceInWordsAnswer)
  create(@Body() { budget, ...given }: CreateWorkflowDto): Promise<Envelope> {
    return this.say('creation', given, budget);
  }

  @Post('troubleshoot')
  @Advises('What went wrong in a run that is described, how to go on, and how to prevent it.', AdviceInWordsAnswer)
  troubleshoot(@Body() { budget, ...given }: TroubleshootDto): Promise<Envelope> {
    return this.say('troubleshooting', given, budget);
  }

  @Post('evaluate')
  @Advises('What an expression gives on a state, step by step.', GuessedResultAnswer)
  evaluate(@Body() { budget, ...given }: EvaluateWithModelDto): Promise<Envelope> {
    return this.say('evaluation', given, budget);
  }

  @Post('transition')
  @Advises('What a step changed of a state, and which steps should come next.', TransitionAdviceAnswer)
  transition(@Body() { budget, step_output: output = null, ...given }: TransitionAdviceDto): Promise<Envelope> {
    return this.say('transition', { ...given, step_output: output }, budget);
  }

  @Post('expand')
  @Advises('A text with its places filled from a state.', ExpandedAnswer)
  expand(@Body() { budget, ...given }: ExpandDto): Promise<Envelope> {
    return this.say('expansion', given, budget);
  }

  private async say(about: AdviceSubject, given: object, budget: SuggestBudgetDto | undefined): Promise<Envelope> {
    return success('A model says so', await this.assistants.advise(adviceRequest(about, given, budget)));
  }
}
