import type { Line } from './answer-lines.js';

/** An answer, and what a careful reader would take from it. */
export interface Shaped {
  readonly text: string;
  readonly said: readonly unknown[];
}

/** What models make of lines that they were asked for. Of a mere text all lines are said. */
export type Shape = (lines: readonly Line[]) => string | Shaped;

const json = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent);
const rows = (lines: readonly Line[]): string => lines.map((line) => json(line)).join('\n');
const each = (lines: readonly Line[], shown: (text: string, index: number) => string): string =>
  lines.map((line, index) => shown(json(line), index)).join('\n');
const nothing = (text: string): Shape => {
  return () => ({ text, said: [] });
};

/** As Python prints a value. */
const python = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (value === true || value === false) return value ? 'True' : 'False';
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"')
      ? `"${value}"`
      : `'${value.replace(/[\\']/g, (sign) => `\\${sign}`)}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, inner]) => `${python(key)}: ${python(inner)}`)
      .join(', ')}}`;
  return String(value);
};

/** As JavaScript is written by hand. */
const script = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(script).join(', ')},]`;
  if (typeof value !== 'object' || value === null) return json(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${script(inner)}`)
    .join(', ')}, }`;
};

const yaml = (line: Line): string =>
  Object.entries(line)
    .map(([key, value], index) => `${index === 0 ? '- ' : '  '}${key}: ${json(value)}`)
    .join('\n');

const asked: Readonly<Record<string, Shape>> = {
  'as it was asked': (lines) => `${rows(lines)}\n`,
  'without an end of the last line': rows,
  'with ends of lines of Windows': (lines) => `${rows(lines).replaceAll('\n', '\r\n')}\r\n`,
  'with empty lines between': (lines) => each(lines, (text) => `${text}\n`),
  'with a byte order mark': (lines) => `\uFEFF${rows(lines)}\n`,
  indented: (lines) => each(lines, (text) => `\t  ${text}  `),
  'reasons before ops': (lines) => rows(lines.map(({ why, ...rest }) => ({ why, ...rest }))),
  'with spaces in the JSON': (lines) => each(lines, (text) => text.replaceAll(/(?<!\\)":/g, '" : ')),
  'with escapes for all but ASCII': (lines) =>
    rows(lines).replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'record separators': (lines) => each(lines, (text) => `\u001e${text}`),
};

const fenced: Readonly<Record<string, Shape>> = {
  'in a fence': (lines) => `\`\`\`json\n${rows(lines)}\n\`\`\`\n`,
  'in a fence without a language': (lines) => `\`\`\`\n${rows(lines)}\n\`\`\``,
  'in a fence of another kind': (lines) => `~~~jsonl\n${rows(lines)}\n~~~`,
  'in a fence between prose': (lines) =>
    `Sure! Here are my proposals:\n\n\`\`\`jsonl\n${rows(lines)}\n\`\`\`\n\nLet me know if you need more.`,
  'each in a fence of its own': (lines) => each(lines, (text) => `\`\`\`json\n${text}\n\`\`\`\n`),
  'in a fence that stays open': (lines) => `\`\`\`json\n${rows(lines)}`,
  'in a fence on one line': (lines) => each(lines, (text) => `\`\`\`json ${text} \`\`\``),
  'in backticks': (lines) => each(lines, (text) => `\`${text}\``),
  'with the word json before': (lines) => `json\n${rows(lines)}`,
};

const wrapped: Readonly<Record<string, Shape>> = {
  'an array, an object a line': (lines) => `[\n${each(lines, (text) => text).replaceAll('}\n{', '},\n{')}\n]`,
  'an array on one line': (lines) => json(lines),
  'an array, indented': (lines) => json(lines, 2),
  'an array in a fence, indented by four': (lines) => `\`\`\`json\n${json(lines, 4)}\n\`\`\``,
  'objects, indented': (lines) => lines.map((line) => json(line, 2)).join('\n'),
  'objects, indented, with commas between': (lines) => lines.map((line) => json(line, 2)).join(',\n'),
  'an array that opens on the first line': (lines) => `[${each(lines, (text) => `${text},`).slice(0, -1)}]`,
  'an object with a list': (lines) => json({ proposals: lines }),
  'an object with a list, indented': (lines) => json({ lines }, 2),
  'an object with a summary and a list': (lines) =>
    json({ summary: 'Two things can be better.', suggestions: lines, count: lines.length }),
  'a list two objects deep': (lines) => json({ result: { proposals: lines } }),
  'an object for each, with a number': (lines) => rows(lines.map((line, n) => ({ id: n + 1, proposal: line }))),
  'several arrays': (lines) => each(lines, (text) => `[${text}]`),
  'text in JSON': (lines) => json({ answer: rows(lines) }),
  'each line as a string of JSON': (lines) => each(lines, (text) => json(text)),
};

const tools: Readonly<Record<string, Shape>> = {
  'calls of a tool': (lines) => rows(lines.map((line) => ({ name: 'propose', arguments: line }))),
  'calls of a tool, arguments as text': (lines) =>
    rows(lines.map((line) => ({ name: 'propose', arguments: json(line) }))),
  'calls of a function, as a list': (lines) =>
    json({
      tool_calls: lines.map((line, n) => ({
        id: `call_${n}`,
        type: 'function',
        function: { name: 'propose', arguments: json(line) },
      })),
    }),
  'tags of tool calls': (lines) =>
    each(lines, (text) => `<tool_call>\n{"name": "propose", "arguments": ${text}}\n</tool_call>`),
  'tags of tool calls on one line': (lines) => each(lines, (text) => `<tool_call>${text}</tool_call>`),
  'tags around all': (lines) => `<answer>\n${rows(lines)}\n</answer>`,
  'signs of a chat template': (lines) => `<|assistant|>\n${rows(lines)}<|im_end|>`,
  'signs of a chat template, another': (lines) => `[/INST] ${rows(lines)}</s>`,
};

const prose: Readonly<Record<string, Shape>> = {
  numbered: (lines) => each(lines, (text, n) => `${n + 1}. ${text}`),
  'with points': (lines) => each(lines, (text) => `- ${text}`),
  'with stars': (lines) => each(lines, (text) => `* \`${text}\``),
  'numbered in bold': (lines) => each(lines, (text, n) => `**${n + 1}.** ${text}`),
  'as quotes': (lines) => each(lines, (text) => `> ${text}`),
  'Line 1:': (lines) => each(lines, (text, n) => `Line ${n + 1}: ${text}`),
  'Answer:': (lines) => `Answer: ${rows(lines)}`,
  'with ticks': (lines) => each(lines, (text) => `✅ ${text}`),
  'with remarks behind': (lines) => each(lines, (text) => `${text}  // this one is safe`),
  'prose before': (lines) => `Looking at the graph, I see the following:\n\n${rows(lines)}`,
  'prose after': (lines) => `${rows(lines)}\n\nThese changes keep the results as they are.`,
  'prose between': (lines) => each(lines, (text, n) => `Proposal ${n + 1} is about waiting.\n${text}\n`),
  headings: (lines) => each(lines, (text, n) => `### Proposal ${n + 1}\n\n${text}\n`),
  'in Chinese': (lines) => `好的，以下是我的建议：\n${rows(lines)}\n希望对您有帮助。`,
  'in German': (lines) => `Gerne! Meine Vorschläge („sicher“):\n${rows(lines)}\nViele Grüße`,
  'in Arabic': (lines) => `بالتأكيد، هذه هي الاقتراحات:\n${rows(lines)}`,
  'a table with JSON': (lines) =>
    `| # | proposal |\n|---|---|\n${each(lines, (text, n) => `| ${n + 1} | \`${text}\` |`)}`,
  'with a form from the prompt before': (lines) =>
    `A proposal: {"ops":[op, …],"why":"one short sentence"}.\n${rows(lines)}`,
  'two on a line': (lines) => lines.map((line) => json(line)).join(' '),
  'without anything between': (lines) => lines.map((line) => json(line)).join(''),
  'with commas behind': (lines) => each(lines, (text) => `${text},`),
  'with semicolons behind': (lines) => each(lines, (text) => `${text};`),
  'as events of a stream': (lines) => each(lines, (text) => `data: ${text}\n`),
};

const misspelt: Readonly<Record<string, Shape>> = {
  'as Python prints it': (lines) => lines.map(python).join('\n'),
  'as Python prints a list': (lines) => python(lines),
  'as JavaScript writes it': (lines) => lines.map(script).join('\n'),
  'with commas too much': (lines) => each(lines, (text) => text.replace(/\]/g, ',]').replace(/\}$/, ',}')),
  'with curly quotes': (lines) => each(lines, (text) => text.replaceAll(/(?<!\\)"/g, '”')),
  'as YAML': (lines) => lines.map(yaml).join('\n'),
  'without the outer braces': (lines) => each(lines, (text) => text.slice(1, -1)),
  'escaped for HTML': (lines) => each(lines, (text) => text.replaceAll('"', '&quot;')),
  'with quotes escaped': (lines) => each(lines, (text) => text.replaceAll('"', '\\"')),
};

const thinking: Readonly<Record<string, Shape>> = {
  'after thoughts': (lines) => `<think>\nT2 waits for T1. Could {it} go? I think so.\n</think>\n${rows(lines)}`,
  'after thoughts with drafts': (lines) => ({
    text: `<think>\nMaybe:\n{"ops":[{"op":"remove_task","task":"T3"}]}\nNo, it is read.\n</think>\n\n${rows(lines)}`,
    said: lines,
  }),
  'after thoughts on the same line': (lines) => `<thinking>Short.</thinking>${rows(lines)}`,
  'after thoughts that nobody opened': (lines) => `T2 waits for T1 for no reason.\n</think>\n${rows(lines)}`,
  'thoughts without an end': (lines) => ({ text: `<think>\nLet me see.\n${rows(lines)}`, said: [] }),
};

const cut: Readonly<Record<string, Shape>> = {
  'cut in the last line': (lines) => ({ text: rows(lines).slice(0, -9), said: lines.slice(0, -1) }),
  'cut in the first line': (lines) => ({ text: rows(lines).slice(0, 12), said: [] }),
  'cut within an array': (lines) => ({
    text: `[\n${each(lines, (text) => `  ${text},`).slice(0, -9)}`,
    said: lines.slice(0, -1),
  }),
  'cut within an indented object': (lines) => ({
    text: lines
      .map((line) => json(line, 2))
      .join('\n')
      .slice(0, -12),
    said: lines.slice(0, -1),
  }),
  'a broken line amid others': (lines) => `{"ops":[{"op":"remove_edge",\n${rows(lines)}`,
  'said twice': (lines) => `${rows(lines)}\n${rows(lines)}`,
  'the last said without end': (lines) => `${rows(lines)}\n${`${json(lines.at(-1))}\n`.repeat(50)}`,
};

const none: Readonly<Record<string, Shape>> = {
  'an empty answer': nothing(''),
  blanks: nothing(' \n\t\n '),
  'an empty list': nothing('[]'),
  'an empty object': nothing('{}'),
  null: nothing('null'),
  'None.': nothing('None.'),
  'nothing to do': nothing('The workflow is already optimal. No changes are needed.'),
  'a refusal': nothing("I'm sorry, but I can't help with that."),
  'a question back': nothing('Could you tell me more about what task T3 does?'),
  'an error as text': nothing('Error: model not loaded'),
  'an error of Python': nothing("{'error': 'specialist not found', 'success': False}"),
  'advice in a table': nothing('| Task | Advice |\n|---|---|\n| T2 | run earlier |\n| T3 | cache |'),
  'a patch (RFC 6902)': nothing('[{"op":"remove","path":"/tasks/b/depends_on/0"}]'),
  'a new workflow': nothing('{"name":"better","tasks":{"a":{"type":"x/read"},"b":{"type":"x/read"}}}'),
  'a diagram': nothing('graph TD;\n  T1-->T3;\n  T2-->T3;'),
  'the prompt again': nothing('Goal: latency.\nA task is `alias type effects`, with its scope behind the alias.'),
};

/** By what models do with what they were asked for. */
export const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  ...{ asked, fenced, wrapped, tools, prose, misspelt, thinking, cut, none },
};
