/** Templates of workflows: parameters, versions, what one extends and includes, and the workflows made of them. */
export { readTemplateDocument } from './template-document.js';
export { TemplateCategories, type CategoryWords } from './template-categories.js';
export { TemplateInstances, type InstantiateRequest, type Preview } from './template-instances.js';
export { TemplateRepository, type Described, type Provenance, type SavedTemplate } from './template-repository.js';
export { TemplateService, type TemplateServiceParts } from './template-service.js';
export { contentOf, type TemplateWithVersion } from './template-shelf.js';
