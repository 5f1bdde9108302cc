import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../../kernel/index.js';
import type { TalkSubject } from '../../../tekton/ports/index.js';
import { ContextValidationError } from '../../../tekton/utilities/errors/index.js';
import { SETTINGS, type ApiSettings } from '../../tokens.js';

/** A turn of a talk: what was said, what was answered, and what it is about from then on. */
export interface TalkTurn {
  readonly message: string;
  readonly response: string;
  readonly about: TalkSubject;
}

const textIn = (metadata: JsonObject, name: string): string | undefined => {
  const value = metadata[name];
  return typeof value === 'string' ? value : undefined;
};

/** Talks that callers name with `X-Context-ID`. A talk is its beginner's: to others it is none. */
@Injectable()
export class Talks {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<ApiSettings, 'conversations'>) {}

  /** What was talked about last. */
  about(id: string, actor: string): TalkSubject {
    const known = this.settings.conversations.find(id);
    if (known?.metadata.actor !== actor) return {};
    const metadata = known.messages.at(-1)?.metadata ?? {};
    return {
      workflow: textIn(metadata, 'workflow'),
      execution: textIn(metadata, 'execution'),
      proposed: isJsonObject(metadata.proposed) ? metadata.proposed : undefined,
    };
  }

  /** Keeps a turn. False: no talk may be called so, or it is another's. */
  keep(id: string, actor: string, { message, response, about }: TalkTurn): boolean {
    const { conversations } = this.settings;
    try {
      if (conversations.begin(id, { actor }).metadata.actor !== actor) return false;
    } catch (error) {
      if (error instanceof ContextValidationError) return false;
      throw error;
    }
    const metadata = JSON.parse(JSON.stringify(about)) as JsonObject;
    conversations.say(id, { role: 'user', content: message });
    conversations.say(id, { role: 'assistant', content: response, metadata });
    return true;
  }
}
