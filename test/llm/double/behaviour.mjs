// What the model of a double does with one request, and how that looks over HTTP whatever the dialect.

/** @param {import('node:http').ServerResponse} response */
export const json = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** Words, as Rhetor counts its "tokens". */
export const words = (text) => text.split(/\s+/).filter((word) => word !== '').length;

/** Cuts a text into pieces, so that a stream has something to do; into 2,000 at most. */
export const piecesOf = (text, size = Math.max(7, Math.ceil(text.length / 2000))) =>
  text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];

/** @returns {import('./llm-double.mjs').Behaviour} */
export const asBehaviour = (said) => (typeof said === 'string' ? { is: 'text', text: said } : said);

/**
 * The faults that look alike in all dialects. Answers whether it was one.
 * @param {import('node:http').ServerResponse} response
 */
export const faulty = (behaviour, response, errorBody) => {
  switch (behaviour.is) {
    case 'hang':
      return true;
    case 'reset':
      response.socket?.destroy();
      return true;
    case 'status': {
      const { status, retryAfter, message = `scripted ${status}` } = behaviour;
      json(response, status, behaviour.body ?? errorBody(message, status), {
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      });
      return true;
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Sign in</title><p>Please sign in.</p>');
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': behaviour.type ?? 'application/json' });
      response.end(behaviour.text ?? '{"choices": [{"mess');
      return true;
    case 'redirect':
      response.writeHead(307, { location: behaviour.to });
      response.end();
      return true;
    case 'oversize': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = 'x'.repeat(65_536);
      response.write('"');
      for (let sent = 0; sent < behaviour.bytes; sent += chunk.length) response.write(chunk);
      response.end('"');
      return true;
    }
    default:
      return false;
  }
};

/**
 * Sends the events of a stream: whole, cut by a broken connection, or one every so many ms.
 * @param {import('node:http').ServerResponse} response
 */
export const sendEvents = (behaviour, response, { pieces, end }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const write = (event) => response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  if (behaviour.is === 'drip') {
    const waiting = [...pieces];
    const timer = setInterval(() => {
      const next = waiting.shift();
      if (next !== undefined) return void write(next);
      clearInterval(timer);
      end.forEach(write);
      response.end();
    }, behaviour.every);
    response.on('close', () => clearInterval(timer));
    return;
  }
  if (behaviour.is === 'cut') {
    pieces.slice(0, Math.ceil(pieces.length / 2)).forEach(write);
    // What was written must have gone before the connection breaks.
    setImmediate(() => response.socket?.destroySoon());
    return;
  }
  pieces.forEach(write);
  end.forEach(write);
  response.end();
};
