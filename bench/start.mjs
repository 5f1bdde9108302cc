import { spawn } from 'node:child_process';

/** From `node bin/harmonia.js serve` to the first answer of /ready, ms. */
export const startToListening = async (directory) => {
  const program = new URL('../bin/harmonia.js', import.meta.url).pathname;
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const begin = performance.now();
  const env = {
    ...process.env,
    HARMONIA_PORT: String(port),
    HARMONIA_DATA_DIR: directory,
    HARMONIA_LOG_LEVEL: 'error',
  };
  const server = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
      if (answer?.ok) return performance.now() - begin;
      if (performance.now() - begin > 30_000) throw new Error('the service did not start within 30 s');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    server.kill('SIGKILL');
  }
};
