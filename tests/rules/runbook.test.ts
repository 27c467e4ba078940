import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { ofType, resourcesOf, sampleTemplates } from '../support/stacks.ts';

const Alarm = z.object({ AlarmName: z.string(), AlarmDescription: z.string() });
const alarms = ofType(resourcesOf(sampleTemplates()), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
  Alarm.parse(Properties),
);
const headings = readFileSync('docs/runbook.md', 'utf8').match(/^## .*$/gm) ?? [];

/** As GitHub makes links of headings. */
const linkOf = (heading: string) =>
  heading
    .replace('## ', '')
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
    .toLowerCase();

test('the runbook has a heading for every alarm, and for no other', () => {
  const names = alarms.map(({ AlarmName }) => AlarmName.replace('clientnest-dev-', ''));
  const described = headings.flatMap((heading) => heading.match(/(?<=`)[\w-]+(?=`)/g) ?? []);
  expect(described.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('every alarm leads to the section that has its name', () => {
  const wrong = alarms.filter(({ AlarmName, AlarmDescription }) => {
    const [, link] = /What to do: docs\/runbook\.md#(\S+)$/.exec(AlarmDescription) ?? [];
    const section = headings.find((heading) => linkOf(heading) === link);
    return !section?.includes(`\`${AlarmName.replace('clientnest-dev-', '')}\``);
  });
  expect(wrong.map(({ AlarmName, AlarmDescription }) => `${AlarmName}: ${AlarmDescription}`)).toEqual([]);
});
