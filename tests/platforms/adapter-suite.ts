import { describe } from 'vitest';
import { accessTests } from './suite/access-tests.ts';
import { type AdapterCase, settingOf } from './suite/adapter-case.ts';
import { crashTests } from './suite/crash-tests.ts';
import { followUpTests } from './suite/follow-up-tests.ts';
import { publishTests } from './suite/publish-tests.ts';

export type { AdapterCase } from './suite/adapter-case.ts';

/** What every adapter does, whatever its platform, by the retry class it claims. */
export function adapterSuite(name: string, it: AdapterCase) {
  describe(name, () => {
    const setting = settingOf(it);
    publishTests(setting);
    crashTests(setting);
    if (it.followUp) followUpTests(setting, it.followUp);
    accessTests(setting);
  });
}
