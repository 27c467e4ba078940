import { beforeEach, describe, expect, test } from 'vitest';
import { PlatformRefused } from '../../functions/platforms/adapter.ts';
import { appOf, configuredPlatforms, platformApps } from '../../functions/platforms/platform-apps.ts';
import { startService, stubEnvironment } from '../support/aws-service.ts';

type Answer = ReturnType<Parameters<typeof startService>[0]>;
let answers: Answer[] = [];
const { url, calls } = await startService(() => answers.shift() ?? { error: 'ParameterNotFound' });

const api = { web: 'https://www.threads.net', api: 'https://graph.threads.net', version: 'v1.0' };
beforeEach(() => {
  answers = [];
  calls.length = 0;
  stubEnvironment({
    AWS_ENDPOINT_URL_SSM: url,
    PLATFORM_APPS_PATH: '/clientnest/dev/platforms',
    PLATFORM_APIS: JSON.stringify({ threads: api }),
  });
});

const parameter = (Value: string): Answer => ({ output: { Parameter: { Name: 'n', Value } } });
const credentials = { clientId: 'c', clientSecret: 'hush' };

describe('our apps on platforms', () => {
  test('are called where the stage says', () => {
    expect(platformApps().api('threads')).toEqual(api);
    stubEnvironment({ PLATFORM_APIS: '{}' });
    expect(() => platformApps().api('threads')).toThrow('PLATFORM_APIS has no threads');
  });

  test('have credentials in a parameter each, opened by SSM and asked for once', async () => {
    answers = [parameter(JSON.stringify(credentials))];
    const apps = platformApps();
    expect(await apps.find('threads')).toEqual(credentials);
    expect(await apps.find('threads')).toEqual(credentials);
    const input = { Name: '/clientnest/dev/platforms/threads', WithDecryption: true };
    expect(calls).toEqual([{ action: 'GetParameter', input }]);
  });

  test('are asked for again after a while, so that new credentials are taken up', async () => {
    answers = [parameter(JSON.stringify(credentials)), parameter(JSON.stringify({ ...credentials, clientId: 'd' }))];
    let now = 0;
    const apps = platformApps(() => now);
    await apps.find('threads');
    now += 5 * 60_000;
    expect(await apps.find('threads')).toMatchObject({ clientId: 'd' });
  });

  test('are none where there is no parameter', async () => {
    const apps = platformApps();
    expect(await apps.find('threads')).toBeUndefined();
    const asking = expect(appOf(apps, 'threads')).rejects;
    await asking.toThrow(PlatformRefused);
    await asking.toMatchObject({ refusal: { kind: 'retry_later' } });
  });

  test.each(['hush', '{"clientId": "hush"}'])('must be well formed: %s', async (value) => {
    answers = [parameter(value)];
    const finding = expect(platformApps().find('threads')).rejects;
    await finding.toThrow('/clientnest/dev/platforms/threads is not');
    await finding.not.toThrow('hush');
  });

  test('are listed by their names, without being opened', async () => {
    const named = (name: string) => ({ Name: `/clientnest/dev/platforms/${name}` });
    answers = [
      { output: { Parameters: [named('threads')], NextToken: 'more' } },
      { output: { Parameters: [named('another')] } },
    ];
    const configured = configuredPlatforms();
    expect(await configured()).toEqual(new Set(['threads', 'another']));
    await configured();
    const Path = '/clientnest/dev/platforms';
    expect(calls.map(({ input }) => input)).toEqual([{ Path }, { Path, NextToken: 'more' }]);
  });
});
