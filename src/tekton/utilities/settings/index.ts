/** Settings read one by one, with types; every problem is told. Loads nothing. */
export { entriesOf, numberOf, yesOrNo } from './setting-words.js';
export { Settings, type Bounds } from './settings.js';
export { gather, wrong, WrongSettings, type ConfigurationProblem, type Readings } from './wrong-settings.js';
