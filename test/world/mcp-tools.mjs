/** An MCP server with a few tools, made with the official library; run by itself, it serves them on its standard input and output. */
import { argv } from 'node:process';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

const object = (properties, required = Object.keys(properties)) =>
  fromJsonSchema({ type: 'object', properties, required, additionalProperties: false });
const text = (words) => ({ content: [{ type: 'text', text: words }] });

/** `told` is called with the name of each tool that runs. */
export const createTools = (told = () => undefined) => {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  const tool = (name, schema, run, more = {}) =>
    server.registerTool(name, { description: `does ${name}`, inputSchema: schema, ...more }, async (given, context) => {
      told(name);
      return run(given, context);
    });
  tool(
    'add',
    object({ a: { type: 'number' }, b: { type: 'number' } }),
    ({ a, b }) => ({ ...text(String(a + b)), structuredContent: { sum: a + b } }),
    { outputSchema: object({ sum: { type: 'number' } }) },
  );
  tool('say', object({ words: { type: 'string' } }), ({ words }) => text(words));
  tool('fail', object({}), () => ({ ...text('no such luck'), isError: true }));
  tool('throw', object({}), () => {
    throw new Error('broken inside');
  });
  tool('environment', object({ name: { type: 'string' } }), ({ name }) => text(process.env[name] ?? 'not set'));
  tool('pid', object({}), () => text(String(process.pid)));
  tool('exit', object({}), () => process.exit(3));
  tool('hang', object({}), () => new Promise(() => undefined));
  return server;
};

if (argv[2] === 'serve') {
  const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio');
  await createTools().connect(new StdioServerTransport());
}
