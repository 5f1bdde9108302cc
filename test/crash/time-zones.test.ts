import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('time-zones.mjs', import.meta.url));

const ZONES = [
  ...['UTC', 'Europe/Zurich', 'Europe/London', 'Europe/Dublin', 'Europe/Lisbon', 'Europe/Athens', 'Europe/Moscow'],
  ...['America/New_York', 'America/Los_Angeles', 'America/St_Johns', 'America/Sao_Paulo', 'America/Santiago'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tokyo', 'Asia/Tehran', 'Africa/Casablanca', 'Africa/Cairo'],
  ...['Australia/Lord_Howe', 'Australia/Sydney', 'Pacific/Chatham', 'Pacific/Kiritimati'],
];
/** Around the changes of Europe, America and Australia in 2026, and of the leap day of 2028. */
const DAYS = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2028-02-29'];
const STARTS = DAYS.flatMap((day) =>
  [0, 4, 8, 12, 16, 20].map((hour) => `${day}T${String(hour).padStart(2, '0')}:30:00Z`),
);

interface Told {
  readonly offsets: readonly number[];
  readonly until: readonly (readonly [string, number])[];
}

test('waits, deadlines and dates take as long in every zone, over every change of daylight saving time', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, JSON.stringify(ZONES), JSON.stringify(STARTS)]);
  expect(stderr.toString()).toBe('');
  const told = JSON.parse(stdout.toString()) as Record<string, Told>;
  // The zones were others, and some of them changed.
  expect(new Set(ZONES.map((zone) => told[zone]?.offsets.join())).size).toBeGreaterThan(15);
  const changed = ZONES.filter((zone) => new Set(told[zone]?.offsets).size > 1);
  expect(changed.length).toBeGreaterThan(8);
  const expected = STARTS.map((start) => {
    const left = (time: string): number => Math.max(0, Date.parse(time) - Date.parse(start));
    const waits: [string, number][] = [
      ['/hour', 3_600_000],
      ['/until', left('2026-12-01T01:30:00Z')],
      ['/ok', 86_400_000],
      ['/day', left('2026-11-25T00:00:00Z')],
    ];
    return waits;
  });
  for (const zone of ZONES) expect([zone, told[zone]?.until]).toEqual([zone, expected]);
}, 60_000);
