// For `node --import`: the tests of a plugin find what they import without anything being installed.
import { offerDoors } from './offer-doors.js';

offerDoors();
