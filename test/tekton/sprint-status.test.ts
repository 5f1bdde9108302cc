import { describe, expect, test } from '@jest/globals';
import {
  mayBecome,
  parseStatus,
  PROGRESSION,
  readStatus,
  STATUSES,
  SUPERSEDED,
  withStatus,
} from '../../src/tekton/sprint/sprint-status.js';
import { directoryOf, handoffIdOf, isSprintDirectory, titleOf } from '../../src/tekton/sprint/sprint-name.js';

const NEW = { status: 'Ready-3:Synthesis', at: '2026-01-02T03:04:05.000Z', by: 'harmonia' } as const;
const WRITTEN = `## Sprint Status: ${NEW.status}\n**Updated**: ${NEW.at}\n**Updated By**: harmonia`;

describe('the status line of a log', () => {
  test.each<[string, string, object | undefined]>([
    ['alone', '## Sprint Status: Building', { text: 'Building', updated: undefined, updatedBy: undefined }],
    [
      'with notes',
      '# L\n\n## Sprint Status:  Ready-1:Metis \n\n**Updated By**: Teri\n**Updated**: today\n',
      { text: 'Ready-1:Metis', updated: 'today', updatedBy: 'Teri' },
    ],
    [
      'with a note further down',
      '## Sprint Status: A\ntext\n**Updated**: other',
      { text: 'A', updated: undefined, updatedBy: undefined },
    ],
    [
      'and an older one',
      '## Sprint Status: New\n## Sprint Status: Old',
      { text: 'New', updated: undefined, updatedBy: undefined },
    ],
    [
      'in an example',
      '```\n## Sprint Status: Example\n```\n## Sprint Status: Real',
      { text: 'Real', updated: undefined, updatedBy: undefined },
    ],
    [
      'with Windows ends',
      '## Sprint Status: Ready\r\n**Updated**: x\r\n',
      { text: 'Ready', updated: 'x', updatedBy: undefined },
    ],
    ['of another level', '### Sprint Status: Ready', undefined],
    ['in a sentence', 'the ## Sprint Status: Ready', undefined],
    ['nowhere', '', undefined],
  ])('%s', (_, log, line) => expect(readStatus(log)).toEqual(line));

  test.each<[string, string, string]>([
    [
      'takes the place of the one before',
      '# L\n\n## Sprint Status: A\n**Updated**: x\n**Updated By**: y\n\nrest\n',
      `# L\n\n${WRITTEN}\n\nrest\n`,
    ],
    [
      'keeps what is no note of it',
      '## Sprint Status: A\nword\n**Updated**: z\n',
      `${WRITTEN}\nword\n**Updated**: z\n`,
    ],
    ['leaves older ones alone', '## Sprint Status: A\n## Sprint Status: B', `${WRITTEN}\n## Sprint Status: B`],
    ['comes after the title', '# L\n\nrest', `# L\n\n${WRITTEN}\n\nrest`],
    ['comes first without one', 'rest', `${WRITTEN}\n\nrest`],
    ['leaves examples alone', '```\n## Sprint Status: E\n```', `${WRITTEN}\n\n\`\`\`\n## Sprint Status: E\n\`\`\``],
    ['keeps Windows ends', '## Sprint Status: A\r\nx\r\n', `${WRITTEN.replaceAll('\n', '\r\n')}\r\nx\r\n`],
  ])('a new one %s', (_, log, written) => {
    expect(withStatus(log, NEW)).toBe(written);
    expect(readStatus(withStatus(log, NEW))).toEqual({ text: NEW.status, updated: NEW.at, updatedBy: NEW.by });
    expect(withStatus(written, NEW)).toBe(written);
  });

  test('a hostile log is read in linear time', () => {
    const log = `${'## Sprint Status'.repeat(20_000)}\n${'**Updated**'.repeat(20_000)}\n${'```'.repeat(20_000)}`;
    expect(readStatus(log)).toBeUndefined();
  });
});

describe('progression', () => {
  test('statuses are known whatever their case', () => {
    for (const status of STATUSES) expect(parseStatus(` ${status.toUpperCase()}`)).toBe(status);
    expect(parseStatus('Superseded')).toBe(SUPERSEDED);
    expect(parseStatus('Ready-2')).toBeUndefined();
  });

  test('is forward, or out of the way; what is over stays over', () => {
    for (const [index, from] of PROGRESSION.entries())
      for (const [place, to] of PROGRESSION.entries())
        expect([from, to, mayBecome(from, to)]).toEqual([from, to, place >= index]);
    for (const from of PROGRESSION) expect(mayBecome(from, SUPERSEDED)).toBe(from !== 'Complete');
    for (const to of PROGRESSION) expect(mayBecome(SUPERSEDED, to)).toBe(false);
    expect(mayBecome(undefined, 'Building')).toBe(true);
  });
});

describe('names', () => {
  test.each<[string, string | undefined]>([
    ['Planning Team', 'Planning_Team_Sprint'],
    ['Planning_Team_Sprint', 'Planning_Team_Sprint'],
    ['../etc', undefined],
    ['a/b_Sprint', undefined],
    ['.hidden', undefined],
    ['-rf', undefined],
    ['', undefined],
    ['é', undefined],
    ['x'.repeat(200), undefined],
  ])('%j means %s', (name, directory) => expect(directoryOf(name)).toBe(directory));

  test('of directories, people and hand-offs', () => {
    expect(isSprintDirectory('A_Sprint')).toBe(true);
    expect(['_Sprint', 'A_sprint', 'A_Sprint/..', 'Completed'].filter(isSprintDirectory)).toEqual([]);
    expect(titleOf('Planning_Team_Sprint')).toBe('Planning Team');
    expect(handoffIdOf('Planning_Team.v2_Sprint', Date.UTC(2026, 0, 2, 3, 4, 5))).toBe(
      'planning_team_v2_2026_01_02_030405',
    );
  });
});
