import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { atMost, type Figure, type Part } from '../report.js';

interface Summary {
  readonly workflows: number;
  readonly medianError: number;
  readonly p95Error: number;
  readonly held: number;
}

const SCRIPT = fileURLToPath(new URL('../../calibration.mjs', import.meta.url));
const BUILT = new URL('../../../dist/llm/optimizer/simulate/index.js', import.meta.url);

const figuresOf = (which: string, { workflows, medianError, p95Error, held }: Summary): Figure[] => [
  { name: `${which}: workflows`, value: workflows },
  atMost(`${which}: error of the median makespan, median`, 100 * medianError, 5, '%'),
  atMost(`${which}: error of the median makespan, p95`, 100 * p95Error, 15, '%'),
  { name: `${which}: runs within the predicted 95 % interval`, value: 100 * held, unit: '%' },
];

/** In a process of its own: it runs the built engine. */
export const calibration = async (runs: number): Promise<Part> => {
  const part = {
    id: 'calibration',
    title: 'Predicted and measured',
    about:
      '`node bench/calibration.mjs` in its small form: workflows of delays are really run by the engine; what it recorded predicts how long others take, with the same inputs (`same`), and of a version that was never run (`changed`).',
  };
  if (!existsSync(BUILT)) return { ...part, figures: [], missing: 'the project is not built (npm run build).' };
  const options = [SCRIPT, '--rounds', '1', '--runs', String(runs), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, options, { maxBuffer: 1e8 });
  const { same, changed } = JSON.parse(stdout) as { readonly same: Summary; readonly changed: Summary };
  return { ...part, figures: [...figuresOf('same', same), ...figuresOf('changed', changed)] };
};
