/** What words give without a model: the nearest templates. */
export { nearestTemplates, type NearTemplate } from './nearest-templates.js';
export { TemplateIndex } from './template-index.js';
