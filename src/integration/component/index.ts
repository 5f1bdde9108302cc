/** Components: those of the platform, and those that somebody registered. */
export { componentBases, componentsIn, firstBase, type BaseOf } from './component-bases.js';
export { ComponentBoard, type ComponentBoardParts } from './component-board.js';
export { ComponentDesk, type ComponentDeskParts } from './component-desk.js';
export { isTableComponent } from './component-routes.js';
export { createComponentService, createProbe, type ComponentServiceOptions } from './component-service.js';
export { RegisteredComponents, type RegisteredComponentsParts } from './registration/index.js';
