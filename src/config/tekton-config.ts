import { wrong, type Settings } from '../tekton/utilities/settings/index.js';
import type { Environment } from './environment.js';
import { checkedSettings } from './invalid-configuration.js';
import { unusedIn } from './unused-settings.js';

/** The platform that Harmonia is a component of. */
export interface TektonConfig {
  /** The checkout; undefined: Harmonia runs by itself. */
  readonly root: string | undefined;
  /** Who has it may stop the service from anywhere; undefined: nobody may but from this machine. */
  readonly shutdownToken: string | undefined;
  /** Names of settings that are set and have no meaning here. */
  readonly unused: readonly string[];
}

const TOKEN = /^[\x21-\x7e]{16,}$/;

const shutdownToken = (settings: Settings): string | undefined => {
  const text = settings.text('HARMONIA_SHUTDOWN_TOKEN');
  if (text === undefined || TOKEN.test(text)) return text;
  // What is wrong is not shown: it is a secret.
  throw wrong('HARMONIA_SHUTDOWN_TOKEN', 'it needs at least 16 characters, none of them a blank');
};

/** Throws `WrongSettings`. */
export const tektonConfig = (settings: Settings): TektonConfig => ({
  root: settings.text('TEKTON_ROOT'),
  shutdownToken: shutdownToken(settings),
  unused: unusedIn(settings.environment),
});

/** In a checkout ports come from the environment only: a guessed one may be another component's. Throws `invalid_configuration`. */
export const demandPorts = (environment: Environment): void => {
  if (!environment.TEKTON_ROOT) return;
  const missing = [
    ...(environment.HARMONIA_PORT ? [] : ['HARMONIA_PORT']),
    ...(environment.HERMES_PORT || environment.HERMES_URL ? [] : ['HERMES_PORT']),
  ];
  if (missing.length > 0)
    checkedSettings(() => {
      const cure = `a component of Tekton needs it; set it in ${environment.TEKTON_ROOT}/.env.local`;
      throw wrong(missing.join(' and '), cure);
    });
};
