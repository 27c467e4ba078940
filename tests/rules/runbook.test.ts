import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ofType, resourcesOf, sampleApp, templatesOf } from '../support/stacks.ts';

const Alarm = z.object({ AlarmName: z.string() });

test('the runbook has a heading for every alarm, and for no other', () => {
  const alarms = ofType(resourcesOf(templatesOf(sampleApp())), 'AWS::CloudWatch::Alarm');
  const names = alarms.map(({ Properties }) => Alarm.parse(Properties).AlarmName.replace('clientnest-dev-', ''));
  const headings = readFileSync('docs/runbook.md', 'utf8').match(/^## .*$/gm) ?? [];
  const described = headings.flatMap((heading) => heading.match(/(?<=`)[\w-]+(?=`)/g) ?? []);
  expect(described.toSorted()).toEqual([...new Set(names)].toSorted());
});
