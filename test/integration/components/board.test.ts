import { expect, test } from '@jest/globals';
import { ComponentBoard } from '../../../src/integration/index.js';
import { MemoryComponentBoard } from '../../world/memory-components.js';

test('assignments are bounded: one more is refused, another component for a task is not', async () => {
  const store = new MemoryComponentBoard();
  const board = new ComponentBoard({ store, clock: { now: () => 1 }, isRegistered: () => false });
  for (let n = 0; n < 10_000; n++) await store.assign({ task: `t${n}`, component: 'numa', assignedAt: 1 });
  await expect(board.assign({ task_id: 'one more', component: 'numa' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await board.assign({ task_id: 't7', component: 'metis' })).toMatchObject({ previous_component: 'numa' });
  await board.unassign('t7');
  expect(await board.assign({ task_id: 'one more', component: 'numa' })).toMatchObject({ component: 'numa' });
});
