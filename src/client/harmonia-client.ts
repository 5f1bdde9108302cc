import type { Environment } from '../tekton/utilities/environment/index.js';
import { inBothCases } from './both-cases.js';
import type { HarmoniaClientOptions } from './client-options.js';
import { HarmoniaMethods } from './harmonia-methods.js';

/**
 * A client of one Harmonia: `new HarmoniaClient({ url: 'http://127.0.0.1:8007', token })`. Each method has two names, one
 * in the way of TypeScript and one as the platform's client in Python has it: `createWorkflow` is `create_workflow`. The
 * constructor throws `ConfigurationValueError`; it asks nobody anything.
 */
export class HarmoniaClient extends inBothCases<HarmoniaClientOptions | undefined, HarmoniaMethods>(HarmoniaMethods) {
  constructor(options?: HarmoniaClientOptions) {
    super(options);
  }
}

/**
 * A client of the Harmonia that the settings of a process name: `HARMONIA_URL`, else `HARMONIA_PORT` with `HARMONIA_HOST`
 * or `TEKTON_HOST`, else `http://127.0.0.1:8007`; and `HARMONIA_API_KEY`, else `HARMONIA_AUTH_TOKEN`. Rejects with
 * `ConfigurationValueError` what makes no address.
 */
export const getHarmoniaClient = async (
  environment: Environment,
  options: HarmoniaClientOptions = {},
): Promise<HarmoniaClient> => {
  // It reads files, which a browser has none of.
  const { componentAddress } = await import('../tekton/utilities/environment/index.js');
  const { HARMONIA_URL: named, HARMONIA_PORT: port } = environment;
  const url = named || (port ? componentAddress('harmonia', environment) : undefined);
  const token = environment.HARMONIA_API_KEY || environment.HARMONIA_AUTH_TOKEN || undefined;
  return new HarmoniaClient({ ...(url && { url }), token, ...options });
};
