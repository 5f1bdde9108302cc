import { expect, test } from '@jest/globals';
import { budgetFaults } from '../../src/composition/budgets.js';
import { expressionsOf } from '../../src/composition/expressions.js';
import { WebhookDefinitions } from '../../src/integration/index.js';
import type { StoredWebhook } from '../../src/integration/ports/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';

const webhook = (enabled: boolean): StoredWebhook => ({
  ...{ id: 'w', endpoint: 'e', createdAt: 1, updatedAt: 1 },
  document: { name: 'w', workflow: 'x', enabled },
});

test('what was read before a change, and came after it, is not what counts from then on', async () => {
  let kept: StoredWebhook | undefined = webhook(true);
  let answer = (): void => undefined;
  const store = {
    findByEndpoint: () => {
      const found = kept;
      return new Promise<StoredWebhook | undefined>((resolve) => (answer = () => resolve(found)));
    },
  };
  const timers = new VirtualTimers();
  const using = { expressions: expressionsOf(timers, () => 'uuid'), budgetFaults, maxBodyBytes: 1024 };
  const definitions = new WebhookDefinitions(store, using);
  const enabled = async (): Promise<boolean | undefined> => {
    const found = definitions.at('e');
    answer();
    return (await found)?.definition.enabled;
  };
  const slow = definitions.at('e');
  const late = answer;
  kept = webhook(false);
  definitions.changed('e');
  late();
  await slow;
  expect(await enabled()).toBe(false);
  kept = undefined;
  definitions.changed('e');
  expect(await enabled()).toBeUndefined();
});
