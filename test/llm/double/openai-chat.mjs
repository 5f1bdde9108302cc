// `/chat/completions` as OpenAI and its many followers have it, with the habits by which they differ.
import { faulty, json, piecesOf, sendEvents, words } from './behaviour.mjs';

const failed = (message, status) => ({
  error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error' },
});
const refused = (response, message, param) =>
  json(response, 400, { error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' } });

/** What this server does not take, of what was sent. */
const objection = ({ formats, limit, temperature = true, streamUsage = true }, body) => {
  const format = body.response_format?.type;
  if (formats && format !== undefined && !formats.includes(format))
    return [`response_format type '${format}' is not supported`, 'response_format'];
  if (limit && body.max_tokens !== undefined && limit !== 'max_tokens')
    return ["Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", 'max_tokens'];
  if (limit && body.max_completion_tokens !== undefined && limit !== 'max_completion_tokens')
    return ['Unrecognized request argument supplied: max_completion_tokens', null];
  if (!temperature && body.temperature !== undefined)
    return ["Unsupported value: 'temperature' does not support 0 with this model.", 'temperature'];
  if (!streamUsage && body.stream_options) return ['stream_options: extra fields not permitted', null];
  return undefined;
};

const finishOf = ({ is }) => (is === 'truncated' ? 'length' : is === 'refusal' ? 'content_filter' : 'stop');

const usageOf = (behaviour, body) => {
  if (behaviour.usage !== undefined) return behaviour.usage;
  const prompt = body.messages.reduce((sum, { content }) => sum + words(content), 0);
  const completion = words(behaviour.text ?? '');
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
};

const whole = (behaviour, body) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: body.model,
  choices: [
    {
      index: 0,
      message:
        behaviour.is === 'refusal'
          ? { role: 'assistant', content: null, refusal: behaviour.text }
          : { role: 'assistant', content: behaviour.text },
      finish_reason: finishOf(behaviour),
    },
  ],
  ...(behaviour.usage !== null && { usage: usageOf(behaviour, body) }),
});

const streamed = (behaviour, body, { roleless = false }) => {
  const chunk = (delta, finish_reason = null) => ({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: body.model },
    choices: [{ index: 0, delta, finish_reason }],
  });
  const kind = behaviour.is === 'refusal' ? 'refusal' : 'content';
  const pieces = piecesOf(behaviour.text).map((text) => chunk({ [kind]: text }));
  const usage = body.stream_options?.include_usage && behaviour.usage !== null;
  return {
    pieces: roleless ? pieces : [chunk({ role: 'assistant', content: '' }), ...pieces],
    end: [
      chunk({}, finishOf(behaviour)),
      ...(usage ? [{ ...chunk({}), choices: [], usage: usageOf(behaviour, body) }] : []),
      '[DONE]',
    ],
  };
};

/** Answers whether the path is one of the API. */
export const openAiChat = (double, { method, path, body, headers }, response) => {
  const { apiKey, models = ['test-model'], ...habits } = double.options.openai ?? {};
  if (!path.startsWith('/v1/')) return false;
  if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) {
    // OpenAI shows a part of the key that it got; others show it whole.
    json(response, 401, failed(`Incorrect API key provided: ${headers.authorization}.`, 401));
    return true;
  }
  if (method === 'GET' && path === '/v1/models') {
    json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
    return true;
  }
  if (method !== 'POST' || path !== '/v1/chat/completions') return false;
  const wrong = objection(habits, body);
  if (wrong) refused(response, ...wrong);
  else speak(double, { body, habits }, response);
  return true;
};

const speak = (double, { body, habits }, response) => {
  const { messages, response_format: format, model } = body;
  const behaviour = double.next({
    dialect: 'openai',
    prompt: messages.filter(({ role }) => role === 'user').at(-1)?.content,
    system: messages.find(({ role }) => role === 'system')?.content,
    ...{ messages, format, model },
  });
  if (faulty(behaviour, response, failed)) return;
  if (body.stream) sendEvents(behaviour, response, streamed(behaviour, body, habits));
  else json(response, 200, whole(behaviour, body));
};
