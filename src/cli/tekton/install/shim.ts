/** Program and interpreter that a component is started with; absolute paths. */
export interface Launch {
  readonly node: string;
  /** `bin/harmonia.js`. */
  readonly program: string;
}

const MARK = '# Made by `harmonia tekton install`; `harmonia tekton install --undo` takes it away.';

/** A text as Python writes it: its escapes are JSON's. */
const quoted = (text: string): string => JSON.stringify(text);

/** The Python module that the launcher of the platform runs: it becomes the Node program, same pid, same streams. */
export const shim = ({ node, program }: Launch): Readonly<Record<'__init__.py' | '__main__.py', string>> => ({
  '__init__.py': '',
  '__main__.py': `${MARK}
import os, sys
node, program = ${quoted(node)}, ${quoted(program)}
os.execvp(node if os.access(node, os.X_OK) else "node", ["node", program, "serve", *sys.argv[1:]])
`,
});

export const isShim = (text: string): boolean => text.startsWith(MARK);
