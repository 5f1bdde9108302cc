import type { TemplateSource } from '../ports/index.js';
import { BUG_FIX, CODE_REFACTORING, FEATURE_DEVELOPMENT } from './development.js';
import { FIRST_STEPS } from './first-steps.js';

/** The templates that come with Harmonia. */
export const BUILT_IN: TemplateSource = {
  id: 'harmonia',
  documents: [FEATURE_DEVELOPMENT, BUG_FIX, CODE_REFACTORING, ...FIRST_STEPS],
};
