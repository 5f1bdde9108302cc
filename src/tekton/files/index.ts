/** Files that others write, too: nothing in them is trusted, and nothing outside their root is touched. */
export { ContainedFiles, objectIn, type FilePath } from './contained-files.js';
