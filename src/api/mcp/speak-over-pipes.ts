import { Logger, type INestApplicationContext } from '@nestjs/common';
import type { Pipes } from './protocol/index.js';
import { TOOL_DESK, type ToolDesk } from './tool-desk.js';

/** Serves MCP at the ends of two pipes until the client hangs up. The application must be initialised. */
export const speakOverPipes = async (app: INestApplicationContext, pipes: Pipes): Promise<void> => {
  const { serveOverStdio } = await import('./protocol/index.js');
  const logger = new Logger('Mcp');
  await serveOverStdio(app.get<ToolDesk>(TOOL_DESK, { strict: false }), pipes, ({ message }) => logger.warn(message));
};
